package sandbox

import (
	"context"
	"fmt"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// Vouchers that people can try: one that is free to use, one that is used up.
const (
	sampleVoucher = "2000000113"
	usedVoucher   = "2000000121"
)

// addPrices gives each card system a price list and an action with vouchers.
func (w *world) addPrices(ctx context.Context, tx *db.Tx) error {
	for _, r := range regions {
		kind := voucher.Type{
			ID: named("voucher type", r.name), CardSystemID: r.id, Name: "Nieuwe inwoners", Prefix: "200", MaxUses: 1,
			Valid: period.Range{From: w.today.Add(-200), Until: w.today.Add(200)},
		}
		if err := voucher.AddType(ctx, tx, kind, w.now); err != nil {
			return err
		}
		err := price.Add(ctx, tx, who.Program("sandbox").Key(), price.List{
			ID: named("price list", r.name), CardSystemID: r.id, Name: "Prijzen", Valid: period.Range{From: w.today.Add(-400)},
			CreatedAt: w.now, Rows: priceRows(r, kind),
		})
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO voucher (number, voucher_type_id, max_uses, used, created_at) VALUES ($1, $3, 1, 0, $4), ($2, $3, 1, 1, $4)`,
		sampleVoucher, usedVoucher, named("voucher type", regionOf(firstFictional).name), w.now)
	if err != nil {
		return fmt.Errorf("write vouchers: %w", err)
	}
	return nil
}

// priceRows is a list like those of small towns: a few euro, less for children
// and with a social tariff, nothing for a broken card.
func priceRows(r region, newcomers voucher.Type) []price.Row {
	row := func(cents money.Cents, nl, fr, de, en string, c price.Conditions) price.Row {
		return price.Row{ID: named("price of "+r.name, en), Cents: cents, Conditions: c, Label: map[string]string{"nl": nl, "fr": fr, "de": de, "en": en}}
	}
	return []price.Row{
		row(500, "Volwassene", "Adulte", "Erwachsene", "Adult", price.Conditions{}),
		row(800, "Niet uit de regio", "Hors de la région", "Von außerhalb", "From elsewhere", price.Conditions{Resident: new(false)}),
		row(300, "Tot en met 17 jaar", "Jusqu’à 17 ans", "Bis 17 Jahre", "Up to 17 years", price.Conditions{AgeUntil: new(17)}),
		row(100, "Kansentarief", "Tarif réduit", "Sozialtarif", "Social tariff", price.Conditions{SocialTariff: new(true)}),
		row(100, "Verloren of gestolen", "Perdu ou volé", "Verloren oder gestohlen", "Lost or stolen", price.Conditions{Reason: new(price.LossTheft)}),
		row(0, "Defecte pas", "Pass défectueux", "Defekter Pass", "Broken pass", price.Conditions{Reason: new(price.Defect)}),
		row(0, "Kansentarief gekregen", "Tarif réduit obtenu", "Sozialtarif erhalten", "Social tariff granted", price.Conditions{Reason: new(price.TariffGranted)}),
		row(0, "Kansentarief verloren", "Tarif réduit perdu", "Sozialtarif verloren", "Social tariff lost", price.Conditions{Reason: new(price.TariffLost)}),
		row(0, "Nieuwe inwoners", "Nouveaux habitants", "Neue Einwohner", "New residents",
			price.Conditions{Reason: new(price.FirstCard), VoucherTypeID: &newcomers.ID}),
	}
}
