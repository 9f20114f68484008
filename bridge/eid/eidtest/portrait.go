package eidtest

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
)

// Portrait is a drawn face, as grey and as small as the pictures on cards. It
// is nobody's.
type Portrait struct {
	Skin, Hair, Clothes byte // how light
	Style               HairStyle
	Beard, Glasses      bool
	Child               bool
}

// HairStyle is how somebody wears their hair.
type HairStyle int

// The styles.
const (
	Short HairStyle = iota
	Long
	Curly
	Bun
	Bald
	Scarf
)

// Draw returns the portrait as a JPEG of at most 3064 bytes, which is what a
// picture file holds (C54 section 6.2.6).
func (p Portrait) Draw(width, height int) []byte {
	const fine = 3 // samples along each side of a pixel
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		sum := 0.0
		for n := range fine * fine {
			x := float64(i%width) + (float64(n%fine)+0.5)/fine
			y := float64(i/width) + (float64(n/fine)+0.5)/fine
			sum += p.at((x-float64(width)/2)/70, (y-float64(height)/2)/70)
		}
		img.Pix[i] = byte(math.Round(max(0, min(255, sum/fine/fine))))
	}
	return compress(img)
}

// compress writes a picture as finely as it fits on a card.
func compress(img image.Image) []byte {
	var out bytes.Buffer
	for quality := 90; quality > 0; quality -= 5 {
		out.Reset()
		if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
			panic("eidtest: " + err.Error())
		}
		if out.Len() <= 3064 {
			break
		}
	}
	return bytes.Clone(out.Bytes())
}

// within reports whether a point lies in an ellipse around (cx, cy).
func within(x, y, cx, cy, rx, ry float64) bool {
	dx, dy := (x-cx)/rx, (y-cy)/ry
	return dx*dx+dy*dy < 1
}

// at is how light the portrait is at a point; the face is around the middle,
// half a unit wide to either side. What lies in front is looked at first.
func (p Portrait) at(x, y float64) float64 {
	skin, hair := float64(p.Skin)-22*x-30*x*x, float64(p.Hair)+18*math.Cos(9*x)
	if p.Child {
		y = y*1.14 - 0.12
		x *= 1.06
	}
	side := math.Abs(x)
	face := within(x, y, 0, -0.05, 0.49, 0.64)
	switch {
	case face && p.Style != Scarf && p.Style != Bald && p.fringe(x, y):
		return hair
	case face && p.Style == Scarf && y < -0.38+0.3*x*x:
		return hair
	case face:
		return p.feature(x, side, y, skin)
	case p.Style != Scarf && p.Style != Long && within(side, y, 0.5, -0.02, 0.07, 0.13):
		return skin - 14
	case p.behind(x, side, y):
		return hair
	case side < 0.21 && y > 0.2 && y < 1:
		return skin - 26
	case within(x, y, 0, 1.62, 1.02, 0.8):
		return float64(p.Clothes) - 14*x
	default:
		return 226 - 10*y
	}
}

// fringe reports whether the hair falls over the face at a point.
func (p Portrait) fringe(x, y float64) bool {
	switch p.Style {
	case Long:
		return y < -0.3+0.5*x*x-0.1*x || math.Abs(x) > 0.42
	case Bun:
		return y < -0.44+0.7*x*x
	case Curly:
		return y < -0.34+0.05*math.Cos(22*x)+0.2*x*x
	default:
		return y < -0.36+0.25*x*x+0.12*x
	}
}

// behind reports whether hair shows beside or above the face.
func (p Portrait) behind(x, side, y float64) bool {
	switch p.Style {
	case Short:
		return within(x, y, 0, -0.24, 0.53, 0.53) && y < 0
	case Long:
		return within(x, y, 0, -0.2, 0.58, 0.6) || side < 0.6-0.05*y && y > -0.2 && y < 0.72
	case Curly:
		r := 0.66 + 0.035*math.Cos(18*math.Atan2(y+0.22, x))
		return math.Hypot(x, y+0.22) < r
	case Bun:
		return within(x, y, 0, -0.24, 0.52, 0.53) && y < 0 || within(x, y, 0, -0.86, 0.22, 0.2)
	case Scarf:
		return within(x, y, 0, -0.1, 0.62, 0.76) || side < 0.5 && y > 0.3 && y < 1
	case Bald:
	}
	return false
}

// feature is what a face shows at a point.
func (p Portrait) feature(x, side, y, skin float64) float64 {
	eye := math.Hypot(side-0.19, y+0.06)
	mouth := y - 0.31 + 0.6*x*x
	switch {
	case p.Glasses && eye > 0.125 && eye < 0.15, p.Glasses && side < 0.07 && math.Abs(y+0.08) < 0.014:
		return 40
	case eye < 0.04:
		return 30
	case within(side, y, 0.19, -0.06, 0.085, 0.045):
		return 240
	case within(side, y, 0.19, -0.2+4*(side-0.19)*(side-0.19), 0.11, 0.022):
		return min(float64(p.Hair), 120)
	case math.Abs(mouth) < 0.022 && side < 0.16:
		return skin * 0.5
	case p.Beard && y > 0.17+0.12*math.Cos(4*x) && !within(x, y, 0, 0.31, 0.19, 0.06):
		return float64(p.Hair)
	case within(x, y, 0.02, 0.1, 0.055, 0.05):
		return skin - 26
	default:
		return skin
	}
}
