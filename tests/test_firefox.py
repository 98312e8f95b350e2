"""The book in Firefox: every kind of page, and of the tests in Chromium those in which browsers differ."""

from types import ModuleType

import pytest

from book import test_accessible, test_simulation, test_site
from browser import browser, of_each_kind, open_page, watch  # noqa: F401
from practice import test_box, test_record
from widget import test_game, test_hood, test_page, test_quiz

BROWSER = "firefox"


def borrowed(module: ModuleType, *names: str) -> type:
    """Tests of `module` with the fixtures that they need, to run here: in a class, where fixtures of one name keep apart."""
    return type("Borrowed", (), {name: staticmethod(getattr(module, name)) for name in names})


TestSite = borrowed(
    test_site,
    "edition",
    "address",
    "test_search_from_the_sidebar_and_its_failure",
    "test_contents_on_a_phone_lead_to_the_place_and_step_aside",
    "test_theme_button_turns_the_page_dark",
)
TestSimulation = borrowed(test_simulation, "chapter", "test_predict_reveal_and_move")
TestPage = borrowed(
    test_page,
    "site",
    "index",
    "test_draw_the_curve_by_pointer",
    "test_number_field_takes_garbage_calmly",
    "test_focus_goes_on_after_the_reveal",
    "test_csv_holds_the_customers",
)
TestHood = borrowed(test_hood, "site", "hood", "test_an_edited_model_changes_figure_and_numbers")
TestBox = borrowed(
    test_box, "site", "test_from_the_starter_to_the_right_answer", "test_an_endless_loop_is_stopped_and_the_next_check_works"
)
TestQuiz = borrowed(test_quiz, "site", "quiz", "test_wrong_and_then_right")
TestGame = borrowed(test_game, "site", "test_an_interrupted_game_goes_on")
TestRecord = borrowed(test_record, "site", "record", "test_export_and_import_again")


class TestPages:
    edition = staticmethod(test_accessible.edition)
    address = staticmethod(test_accessible.address)
    pages = staticmethod(test_accessible.pages)

    @pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)], ids=["phone", "desktop"])
    def test_pages_open_quietly_and_fit(self, browser, address, pages, width, dark, request):  # noqa: F811
        """Of each kind every third in Chinese on a phone, every sixth in English at a desk; with --long all at both."""
        long = request.config.getoption("--long")
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
        page = context.new_page()
        seen = watch(page, address)
        wide = []
        chosen = of_each_kind(pages)[::3] if (address.endswith("zh"), dark) == (True, True) else of_each_kind(pages)[1::6]
        for name in pages if long else chosen:
            page.goto(f"{address}/{name}")
            page.wait_for_load_state("networkidle")
            wide += [name] if page.evaluate("document.documentElement.scrollWidth") > width else []
            assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is dark
        context.close()
        assert wide == []
        assert seen.errors == []
        assert seen.foreign == []
