"""The cards of a file as astropy reads them, beside those of /api/datasets/…/header. One question a line: {path, text}: the file of the image, the JSON of all."""
import json
import sys
import warnings

from astropy.io import fits

warnings.simplefilter("ignore")


def plain(card):
    try:
        value = card.value
    except fits.VerifyError:
        # What astropy cannot read is to be said, and not guessed.
        return [card.keyword, "unreadable", ""]
    if isinstance(value, fits.card.Undefined):
        value = None
    if isinstance(value, complex):
        value = [value.real, value.imag]
    return [card.keyword, value, card.comment]


def kind(value):
    return type(value).__name__ if not isinstance(value, int) or isinstance(value, bool) else "int"


def differences(path, headers):
    found = []
    with fits.open(path, disable_image_compression=True) as hdus:
        hdus.readall()
        if len(hdus) != len(headers):
            return [f"{len(headers)} HDUs, astropy {len(hdus)}"]
        for number, (hdu, ours) in enumerate(zip(hdus, headers)):
            theirs = [plain(card) for card in hdu.header.cards]
            mine = [
                [c["keyword"], "unreadable", ""] if "card" in c else [c["keyword"], c["value"], c["comment"]]
                for c in ours["cards"]
            ]
            # Blank cards at the end only reserve space; astropy drops them.
            while mine and len(mine) > len(theirs) and mine[-1] == ["", "", ""]:
                mine.pop()
            if len(theirs) != len(mine):
                found.append(f"HDU {number}: {len(mine)} cards, astropy {len(theirs)}")
            for a, b in zip(mine, theirs):
                if a != b or kind(a[1]) != kind(b[1]):
                    found.append(f"HDU {number}: {a}, astropy {b}")
    return found[:20]


for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(differences(task["path"], [one for one in json.loads(task["text"]) if one["file"] == 0])), flush=True)
