"""Views to HTML, one environment for each language. Templates find every word made."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.reader.views import PageView
from statuspage.assets import Assets
from statuspage.days import Days
from statuspage.language import Language, load_language
from statuspage.moments import Moments
from statuspage.sheet import sheet_of

TEMPLATES = Path(__file__).parent / "templates"


def home(language: str, languages: tuple[str, ...]) -> str:
    """Where a language's status page is: the first one's at the root."""
    return "/" if language == languages[0] else f"/{language}/"


class Renderer:
    """Renders the pages of one language."""

    def __init__(self, language: Language, assets: Assets) -> None:
        self.language = language
        self._days = Days(language)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals["asset"] = assets.path

    def status(self, view: PageView) -> bytes:
        """The status page."""
        moments = Moments(self.language, ZoneInfo(view.zone), view.now)
        return self._page("status.html", view, {"sheet": sheet_of(view, self.language, moments, self._days)})

    def missing(self, view: PageView) -> bytes:
        """The page for a path where nothing is."""
        return self._page("missing.html", view, {})

    def refused(self, view: PageView) -> bytes:
        """The page for a method that is not answered."""
        return self._page("refused.html", view, {})

    def starting(self) -> bytes:
        """The page before there is any view."""
        frame = {"title": "Janji", "home": "/", "translations": [], "language": self.language}
        return self._environment.get_template("starting.html").render(frame).encode()

    def _page(self, template: str, view: PageView, values: Mapping[str, object]) -> bytes:
        code = self.language.code
        frame = {
            "title": view.title,
            "home": home(code, view.languages),
            "translations": [
                (load_language(other), home(other, view.languages)) for other in view.languages if other != code
            ],
            "language": self.language,
        }
        return self._environment.get_template(template).render({**frame, **values}).encode()
