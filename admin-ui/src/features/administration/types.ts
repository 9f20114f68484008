import type { components } from '@/api/schema.gen';

type Schemas = components['schemas'];

export type PriceConditions = Schemas['PriceConditions'];
export type PriceList = Schemas['PriceList'];
export type PricePreview = Schemas['PricePreview'];
export type PriceReason = Schemas['PriceReason'];
export type PriceRow = Schemas['PriceRow'];
export type Voucher = Schemas['Voucher'];
export type VoucherType = Schemas['VoucherType'];
