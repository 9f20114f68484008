//nolint:misspell // labels in four languages
package rights

// The permissions that the published contract has no name for: running a card
// system, its stock, and what touches many people at once. They are granted by
// roles like the others, and never shown to programs of the public API.
const (
	CardSystemsWrite   Permission = "CARDSYSTEMS_WRITE"   // settings, price lists, vouchers, associations
	CardsWrite         Permission = "CARDS_WRITE"         // import cards, send them to counters
	CardsStock         Permission = "CARDS_STOCK"         // receive and count cards at the own counter
	CardsBlock         Permission = "CARDS_BLOCK"         // block a card
	CardsUnblock       Permission = "CARDS_UNBLOCK"       // put a blocked card back in use
	PassholdersMerge   Permission = "PASSHOLDERS_MERGE"   // make two records of one person one
	PassholdersBulk    Permission = "PASSHOLDERS_BULK"    // change a selection or import a file
	PassholdersExport  Permission = "PASSHOLDERS_EXPORT"  // take a list out, with a purpose
	PassholdersPrivacy Permission = "PASSHOLDERS_PRIVACY" // hand a person's data over, erase them
)

var own = []entry{
	{CardSystemsWrite, Label{"Kaartsysteem beheren", "Gérer le système de cartes", "Kartensystem verwalten", "Manage the card system"}},
	{CardsWrite, Label{"Kaarten invoeren en versturen", "Importer et envoyer des cartes", "Karten importieren und versenden", "Import and send cards"}},
	{CardsStock, Label{"Kaarten ontvangen en tellen", "Réceptionner et compter des cartes", "Karten annehmen und zählen", "Receive and count cards"}},
	{CardsBlock, Label{"Kaarten blokkeren", "Bloquer des cartes", "Karten sperren", "Block cards"}},
	{CardsUnblock, Label{"Kaarten deblokkeren", "Débloquer des cartes", "Karten entsperren", "Unblock cards"}},
	{PassholdersMerge, Label{"Dubbele pashouders samenvoegen", "Fusionner des titulaires en double", "Doppelte Passinhaber zusammenführen", "Merge duplicate passholders"}},
	{PassholdersBulk, Label{"Veel pashouders tegelijk aanpassen", "Modifier plusieurs titulaires à la fois", "Viele Passinhaber auf einmal ändern", "Change many passholders at once"}},
	{PassholdersExport, Label{"Lijsten van pashouders exporteren", "Exporter des listes de titulaires", "Listen von Passinhabern exportieren", "Export lists of passholders"}},
	{PassholdersPrivacy, Label{"Privacyvragen van pashouders afhandelen", "Traiter les demandes relatives à la vie privée", "Datenschutzanfragen von Passinhabern bearbeiten", "Handle privacy requests"}},
}
