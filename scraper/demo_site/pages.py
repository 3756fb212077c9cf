"""The demo site's pages as HTML text."""

from scraper.demo_site.pictures import KINDS

_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def _page(title: str, body: str) -> str:
    return _FRAME.format(title=title, body=body)


def index() -> str:
    """The front page: links to every shape of captcha page."""
    links = "\n".join(
        f'<li><a href="/{kind}/">{kind}</a>, <a href="/form/{kind}/">{kind} behind a form</a>, '
        f'<a href="/script/{kind}/">{kind} by script</a>, <a href="/one/{kind}.png">{kind} picture alone</a></li>'
        for kind in KINDS
    )
    return _page("Demo site", f"<p>Pictures to collect, on this machine only.</p>\n<ul>\n{links}\n</ul>")


def captcha(image_url: str | None) -> str:
    """A captcha page: picture and answer form. Without a picture URL the picture is missing."""
    image = f'<img id="captcha" src="{image_url}" alt="captcha">' if image_url else "<p>Come back later.</p>"
    form = (
        '<form id="answer" method="post" action="/submit">'
        '<input name="answer" autocomplete="off"><button>Send</button></form>'
    )
    return _page("Captcha", f"{image}\n{form}")


def scripted(image_url: str) -> str:
    """A captcha page whose picture is put in by JavaScript only."""
    return _page(
        "Captcha",
        '<div id="place"></div>\n<script>\n'
        'const image = document.createElement("img");\n'
        f'image.id = "captcha"; image.src = "{image_url}";\n'
        'document.getElementById("place").append(image);\n</script>',
    )


def form_first(kind: str, secret: str) -> str:
    """The page before the captcha page: a form with a hidden field, a check box and two buttons."""
    return _page(
        "Before the captcha",
        f'<form id="start" method="post" action="/form/{kind}/">'
        f'<input type="hidden" name="ticket" value="{secret}">'
        '<label><input type="checkbox" name="agree" value="yes"> I agree</label>'
        '<button name="go" value="cancel">Cancel</button><button name="go" value="continue">Continue</button></form>',
    )


def message(title: str, text: str) -> str:
    """A short page that says one thing."""
    return _page(title, f"<p>{text}</p>")
