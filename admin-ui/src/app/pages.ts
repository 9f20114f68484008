/** The pages that are not the first thing at the counter, each in a chunk of its own. */
export const pages = {
  ReplacePage: async () => (await import('@/features/passholder/replace-page')).ReplacePage,
  EditPage: async () => (await import('@/features/passholder/edit-page')).EditPage,
  TariffPage: async () => (await import('@/features/passholder/tariff-page')).TariffPage,
  JoinPage: async () => (await import('@/features/passholder/join-page')).JoinPage,
  FamilyPage: async () => (await import('@/features/passholder/family-page')).FamilyPage,
  AssociationsPage: async () => (await import('@/features/passholder/associations-page')).AssociationsPage,
  RecordPage: async () => (await import('@/features/passholder/record-page')).RecordPage,
  MergeFindPage: async () => (await import('@/features/passholder/merge-find-page')).MergeFindPage,
  MergePage: async () => (await import('@/features/passholder/merge-page')).MergePage,
  PrivacyPage: async () => (await import('@/features/passholder/privacy-page')).PrivacyPage,
  RequestsPage: async () => (await import('@/features/passholder/privacy-requests-page')).RequestsPage,
  SearchPage: async () => (await import('@/features/search/search-page')).SearchPage,
  BulksPage: async () => (await import('@/features/bulk/bulks-page')).BulksPage,
  NewBulkPage: async () => (await import('@/features/bulk/new-page')).NewBulkPage,
  BulkOrderPage: async () => (await import('@/features/bulk/order-page')).BulkOrderPage,
  ExpiringPage: async () => (await import('@/features/bulk/expiring-page')).ExpiringPage,
  PointsPage: async () => (await import('@/features/passholder/points-page')).PointsPage,
  RegistrationPage: async () => (await import('@/features/registration/registration-page')).RegistrationPage,
  DayPage: async () => (await import('@/features/registration/day-page')).DayPage,
  CountersPage: async () => (await import('@/features/counter/counters-page')).CountersPage,
  AdministrationPage: async () =>
    (await import('@/features/administration/administration-page')).AdministrationPage,
  ComponentsPage: async () => (await import('./components/components-page')).ComponentsPage,
};

export type Pages = typeof pages;
