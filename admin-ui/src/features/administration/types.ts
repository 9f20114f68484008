import type { components } from '@/api/schema.gen';

type Schemas = components['schemas'];

export type CardHistory = Schemas['CardHistory'];
export type GroupPass = Schemas['GroupPass'];
export type NumberRange = Schemas['NumberRange'];
export type Pack = Schemas['Pack'];
export type Parcel = Schemas['Parcel'];
export type PriceConditions = Schemas['PriceConditions'];
export type PriceList = Schemas['PriceList'];
export type PricePreview = Schemas['PricePreview'];
export type PriceReason = Schemas['PriceReason'];
export type PriceRow = Schemas['PriceRow'];
export type Settings = Schemas['Settings'];
export type Shelf = Schemas['Shelf'];
export type Shipment = Schemas['Shipment'];
export type ShipmentRequest = Schemas['ShipmentRequest'];
export type Voucher = Schemas['Voucher'];
export type VoucherType = Schemas['VoucherType'];
