//nolint:misspell // labels in four languages
package rights

import "slices"

// Permission is one of the public API, spelled as it is published, or one of
// our own.
type Permission string

// The permissions, in the order of the published contract.
const (
	TariffsRead                                Permission = "TARIFFS_READ"
	TicketSalesSearch                          Permission = "TICKETSALES_SEARCH"
	TicketSalesRegister                        Permission = "TICKETSALES_REGISTER"
	EventsUpdate                               Permission = "EVENTS_UPDATE"
	EventsRead                                 Permission = "EVENTS_READ"
	EventSettingsRead                          Permission = "EVENT_SETTINGS_READ"
	EventSettingsUpdate                        Permission = "EVENT_SETTINGS_UPDATE"
	EventsUpdateAll                            Permission = "EVENTS_UPDATE_ALL"
	EventsReadAll                              Permission = "EVENTS_READ_ALL"
	EventSettingsReadAll                       Permission = "EVENT_SETTINGS_READ_ALL"
	EventSettingsUpdateAll                     Permission = "EVENT_SETTINGS_UPDATE_ALL"
	EventsQRCheckinCode                        Permission = "EVENTS_QR_CHECKINCODE"
	CheckinsRead                               Permission = "CHECKINS_READ"
	CheckinsWrite                              Permission = "CHECKINS_WRITE"
	OrganizersSearch                           Permission = "ORGANIZERS_SEARCH"
	OrganizersReports                          Permission = "ORGANIZERS_REPORTS"
	OrganizersAdminsRead                       Permission = "ORGANIZERS_ADMINS_READ"
	OrganizersAdminsWrite                      Permission = "ORGANIZERS_ADMINS_WRITE"
	PassholdersPictureRead                     Permission = "PASSHOLDERS_PICTURE_READ"
	PassholdersPictureWrite                    Permission = "PASSHOLDERS_PICTURE_WRITE"
	PassholdersPrivateRead                     Permission = "PASSHOLDERS_PRIVATE_READ"
	PassholdersPrivateWrite                    Permission = "PASSHOLDERS_PRIVATE_WRITE"
	PassholdersSearch                          Permission = "PASSHOLDERS_SEARCH"
	PassholdersSearchAll                       Permission = "PASSHOLDERS_SEARCH_ALL"
	PassholdersSearchByID                      Permission = "PASSHOLDERS_SEARCH_BY_ID"
	GroupPassesSearch                          Permission = "GROUPPASSES_SEARCH"
	PassholdersWrite                           Permission = "PASSHOLDERS_WRITE"
	PassholdersWriteSocialTariffFullCardSystem Permission = "PASSHOLDERS_WRITE_SOCIALTARIFF_FULL_CARDSYSTEM"
	PassholdersWriteForeignCountry             Permission = "PASSHOLDERS_WRITE_FOREIGN_COUNTRY"
	PassholdersWriteSocialTariff               Permission = "PASSHOLDERS_WRITE_SOCIALTARIFF"
	PassholdersUpdate                          Permission = "PASSHOLDERS_UPDATE"
	PassholdersDelete                          Permission = "PASSHOLDERS_DELETE"
	PassholderCouponsRead                      Permission = "PASSHOLDER_COUPONS_READ"
	GroupPassCouponsRead                       Permission = "GROUPPASS_COUPONS_READ"
	MembershipPricesRead                       Permission = "MEMBERSHIP_PRICES_READ"
	PassesRead                                 Permission = "PASSES_READ"
	PassesINSZNumbersRead                      Permission = "PASSES_INSZNUMBERS_READ"
	PassesChipNumbersRead                      Permission = "PASSES_CHIPNUMBERS_READ"
	RewardsWrite                               Permission = "REWARDS_WRITE"
	RewardsRead                                Permission = "REWARDS_READ"
	RewardsRedeem                              Permission = "REWARDS_REDEEM"
	RewardsPassholdersRead                     Permission = "REWARDS_PASSHOLDERS_READ"
	PassholdersSelfRegistration                Permission = "PASSHOLDERS_SELF_REGISTRATION"
	PassholdersSelfCheckin                     Permission = "PASSHOLDERS_SELF_CHECKIN"
	PassholdersSelfRead                        Permission = "PASSHOLDERS_SELF_READ"
	PassholdersRegisterUiTiD                   Permission = "PASSHOLDERS_REGISTER_UITID"
	PassholdersTransactionHistory              Permission = "PASSHOLDERS_TRANSACTION_HISTORY"
	PassholdersFamilyMembers                   Permission = "PASSHOLDERS_FAMILY_MEMBERS"
	OrdersRead                                 Permission = "ORDERS_READ"
	OrdersCreate                               Permission = "ORDERS_CREATE"
	PermissionsRead                            Permission = "PERMISSIONS_READ"
	PermissionsWrite                           Permission = "PERMISSIONS_WRITE"
	CardsRead                                  Permission = "CARDS_READ"
	Associations                               Permission = "ASSOCIATIONS"
	SocialTariffExport                         Permission = "SOCIALTARIFF_EXPORT"
	KiosksRead                                 Permission = "KIOSKS_READ"
	KiosksWrite                                Permission = "KIOSKS_WRITE"
)

// A Label names a permission for people.
type Label struct{ NL, FR, DE, EN string }

type entry struct {
	permission Permission
	label      Label
}

// published are in the order of the contract.
var published = []entry{
	{TariffsRead, Label{"Tarieven opvragen", "Consulter les tarifs", "Tarife abfragen", "Look up tariffs"}},
	{TicketSalesSearch, Label{"Ticketsales zoeken", "Rechercher des ventes de tickets", "Ticketverkäufe suchen", "Search ticket sales"}},
	{TicketSalesRegister, Label{"Ticketsales registreren", "Enregistrer des ventes de tickets", "Ticketverkäufe erfassen", "Register ticket sales"}},
	{EventsUpdate, Label{"Activiteiten aanpassen", "Modifier les activités", "Aktivitäten ändern", "Change activities"}},
	{EventsRead, Label{"Activiteiten opvragen", "Consulter les activités", "Aktivitäten abfragen", "Look up activities"}},
	{EventSettingsRead, Label{"Instellingen van activiteiten opvragen", "Consulter les paramètres des activités", "Einstellungen von Aktivitäten abfragen", "Look up settings of activities"}},
	{EventSettingsUpdate, Label{"Instellingen van activiteiten aanpassen", "Modifier les paramètres des activités", "Einstellungen von Aktivitäten ändern", "Change settings of activities"}},
	{EventsUpdateAll, Label{"Alle activiteiten aanpassen", "Modifier toutes les activités", "Alle Aktivitäten ändern", "Change all activities"}},
	{EventsReadAll, Label{"Alle activiteiten opvragen", "Consulter toutes les activités", "Alle Aktivitäten abfragen", "Look up all activities"}},
	{EventSettingsReadAll, Label{"Instellingen van alle activiteiten opvragen", "Consulter les paramètres de toutes les activités", "Einstellungen aller Aktivitäten abfragen", "Look up settings of all activities"}},
	{EventSettingsUpdateAll, Label{"Instellingen van alle activiteiten aanpassen", "Modifier les paramètres de toutes les activités", "Einstellungen aller Aktivitäten ändern", "Change settings of all activities"}},
	{EventsQRCheckinCode, Label{"QR-codes om punten te sparen downloaden", "Télécharger les codes QR pour enregistrer des points", "QR-Codes zum Punktesammeln herunterladen", "Download QR codes for saving points"}},
	{CheckinsRead, Label{"Spaarbeurten opvragen", "Consulter les points enregistrés", "Gesammelte Punkte abfragen", "Look up check-ins"}},
	{CheckinsWrite, Label{"Punten sparen", "Épargner des points", "Punkte sammeln", "Save points"}},
	{OrganizersSearch, Label{"Organisators zoeken", "Rechercher des organisateurs", "Veranstalter suchen", "Search organizers"}},
	{OrganizersReports, Label{"Financiële rapporten opvragen", "Consulter les rapports financiers", "Finanzberichte abfragen", "Look up financial reports"}},
	{OrganizersAdminsRead, Label{"Beheerders opvragen", "Consulter les administrateurs", "Verwalter abfragen", "Look up administrators"}},
	{OrganizersAdminsWrite, Label{"Beheerders toevoegen en verwijderen", "Ajouter et retirer des administrateurs", "Verwalter hinzufügen und entfernen", "Add and remove administrators"}},
	{PassholdersPictureRead, Label{"Foto’s van pashouders opvragen", "Consulter les photos des titulaires", "Fotos von Passinhabern abfragen", "Look up photos of passholders"}},
	{PassholdersPictureWrite, Label{"Foto’s van pashouders aanpassen", "Modifier les photos des titulaires", "Fotos von Passinhabern ändern", "Change photos of passholders"}},
	{PassholdersPrivateRead, Label{"Eigen gegevens over pashouders opvragen", "Consulter les données propres sur les titulaires", "Eigene Angaben zu Passinhabern abfragen", "Look up own notes about passholders"}},
	{PassholdersPrivateWrite, Label{"Eigen gegevens over pashouders aanpassen", "Modifier les données propres sur les titulaires", "Eigene Angaben zu Passinhabern ändern", "Change own notes about passholders"}},
	{PassholdersSearch, Label{"Pashouders zoeken in de eigen kaartsystemen", "Rechercher des titulaires dans ses systèmes de cartes", "Passinhaber in den eigenen Kartensystemen suchen", "Search passholders in own card systems"}},
	{PassholdersSearchAll, Label{"Alle pashouders zoeken", "Rechercher tous les titulaires", "Alle Passinhaber suchen", "Search all passholders"}},
	{PassholdersSearchByID, Label{"Pashouders opzoeken met een nummer", "Rechercher des titulaires par numéro", "Passinhaber über eine Nummer suchen", "Look up passholders by number"}},
	{GroupPassesSearch, Label{"Groepspassen zoeken", "Rechercher des pass de groupe", "Gruppenpässe suchen", "Search group passes"}},
	{PassholdersWrite, Label{"Pashouders registreren en aanpassen", "Enregistrer et modifier des titulaires", "Passinhaber registrieren und ändern", "Register and change passholders"}},
	{PassholdersWriteSocialTariffFullCardSystem, Label{"Kansentarief toekennen in het hele kaartsysteem", "Accorder le tarif réduit dans tout le système de cartes", "Sozialtarif im ganzen Kartensystem gewähren", "Grant social tariffs in the whole card system"}},
	{PassholdersWriteForeignCountry, Label{"Pashouders uit het buitenland registreren", "Enregistrer des titulaires de l’étranger", "Passinhaber aus dem Ausland registrieren", "Register passholders from abroad"}},
	{PassholdersWriteSocialTariff, Label{"Kansentarief toekennen", "Accorder le tarif réduit", "Sozialtarif gewähren", "Grant social tariffs"}},
	{PassholdersUpdate, Label{"School van pashouders aanpassen", "Modifier l’école des titulaires", "Schule von Passinhabern ändern", "Change the school of passholders"}},
	{PassholdersDelete, Label{"Pashouders verwijderen", "Supprimer des titulaires", "Passinhaber löschen", "Delete passholders"}},
	{PassholderCouponsRead, Label{"Bonnen van pashouders opvragen", "Consulter les coupons des titulaires", "Coupons von Passinhabern abfragen", "Look up coupons of passholders"}},
	{GroupPassCouponsRead, Label{"Bonnen van groepspassen opvragen", "Consulter les coupons des pass de groupe", "Coupons von Gruppenpässen abfragen", "Look up coupons of group passes"}},
	{MembershipPricesRead, Label{"Prijzen van passen opvragen", "Consulter les prix des pass", "Preise von Pässen abfragen", "Look up prices of passes"}},
	{PassesRead, Label{"Passen opvragen", "Consulter les pass", "Pässe abfragen", "Look up passes"}},
	{PassesINSZNumbersRead, Label{"Passen opvragen met een rijksregisternummer", "Consulter les pass par numéro national", "Pässe über die Nationalregisternummer abfragen", "Look up passes by national number"}},
	{PassesChipNumbersRead, Label{"Passen opvragen met een chipnummer", "Consulter les pass par numéro de puce", "Pässe über die Chipnummer abfragen", "Look up passes by chip number"}},
	{RewardsWrite, Label{"Voordelen aanpassen", "Modifier les avantages", "Vorteile ändern", "Change rewards"}},
	{RewardsRead, Label{"Voordelen opvragen", "Consulter les avantages", "Vorteile abfragen", "Look up rewards"}},
	{RewardsRedeem, Label{"Voordelen omruilen", "Échanger des avantages", "Vorteile einlösen", "Redeem rewards"}},
	{RewardsPassholdersRead, Label{"Voordelen van pashouders opvragen", "Consulter les avantages des titulaires", "Vorteile von Passinhabern abfragen", "Look up rewards of passholders"}},
	{PassholdersSelfRegistration, Label{"Pashouders zichzelf laten registreren", "Permettre aux titulaires de s’enregistrer", "Passinhaber sich selbst registrieren lassen", "Let passholders register themselves"}},
	{PassholdersSelfCheckin, Label{"Pashouders zelf punten laten sparen", "Permettre aux titulaires d’enregistrer eux-mêmes des points", "Passinhaber selbst Punkte sammeln lassen", "Let passholders save points themselves"}},
	{PassholdersSelfRead, Label{"Pashouders hun gegevens laten opvragen", "Permettre aux titulaires de consulter leurs données", "Passinhaber ihre Daten abfragen lassen", "Let passholders see their data"}},
	{PassholdersRegisterUiTiD, Label{"UiTiD aan pashouders koppelen", "Lier un UiTiD aux titulaires", "UiTiD mit Passinhabern verknüpfen", "Link a UiTiD to passholders"}},
	{PassholdersTransactionHistory, Label{"Puntenhistoriek opvragen", "Consulter l’historique des points", "Punkteverlauf abfragen", "Look up the points history"}},
	{PassholdersFamilyMembers, Label{"Gezinsleden beheren", "Gérer les membres de la famille", "Familienmitglieder verwalten", "Manage family members"}},
	{OrdersRead, Label{"Bestellingen opvragen", "Consulter les commandes", "Bestellungen abfragen", "Look up orders"}},
	{OrdersCreate, Label{"Bestellingen plaatsen", "Passer des commandes", "Bestellungen aufgeben", "Place orders"}},
	{PermissionsRead, Label{"Rechten opvragen", "Consulter les droits", "Rechte abfragen", "Look up permissions"}},
	{PermissionsWrite, Label{"Rechten aanpassen", "Modifier les droits", "Rechte ändern", "Change permissions"}},
	{CardsRead, Label{"Kaarten opvragen", "Consulter les cartes", "Karten abfragen", "Look up cards"}},
	{Associations, Label{"Lidmaatschappen van verenigingen beheren", "Gérer les affiliations aux associations", "Vereinsmitgliedschaften verwalten", "Manage association memberships"}},
	{SocialTariffExport, Label{"Kaarten met kansentarief exporteren", "Exporter les cartes à tarif réduit", "Karten mit Sozialtarif exportieren", "Export social-tariff cards"}},
	{KiosksRead, Label{"Zuilen opvragen", "Consulter les bornes", "Säulen abfragen", "Look up kiosks"}},
	{KiosksWrite, Label{"Zuilen aanpassen", "Modifier les bornes", "Säulen ändern", "Change kiosks"}},
}

var catalogue = append(slices.Clone(published), own...)

var labels = func() map[Permission]Label {
	out := map[Permission]Label{}
	for _, c := range catalogue {
		out[c.permission] = c.label
	}
	return out
}()

// Permissions lists all of them: the published ones in the contract's order,
// then our own.
func Permissions() []Permission {
	out := make([]Permission, len(catalogue))
	for i, c := range catalogue {
		out[i] = c.permission
	}
	return out
}

// Label names the permission for people. An unknown one has no label.
func (p Permission) Label() Label { return labels[p] }

// Published reports whether the public API knows the permission.
func (p Permission) Published() bool {
	return slices.ContainsFunc(published, func(e entry) bool { return e.permission == p })
}

// Known reports whether there is such a permission.
func (p Permission) Known() bool { return slices.Contains(Permissions(), p) }
