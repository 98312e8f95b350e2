"""What a reader does with the simulations of a page."""

from playwright.sync_api import expect

# of the pictures of simulations on the screen the texts that cover each other
OVERLAPS = """() => [...document.querySelectorAll(".sm-root svg")].flatMap((svg) => {
    const texts = [...svg.querySelectorAll("text")].filter((one) => one.getClientRects().length && one.textContent.trim());
    const boxes = texts.map((one) => one.getBoundingClientRect());
    const found = [];
    for (let i = 0; i < texts.length; i++) for (let k = i + 1; k < texts.length; k++) {
        const [a, b] = [boxes[i], boxes[k]];
        const [wide, high] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
        // a line of type is higher than its letters
        if (wide > 1 && high > 5) found.push(`${texts[i].textContent} | ${texts[k].textContent}`);
    }
    return found;
})"""


def simulation(page, number: int):
    """The simulation with this number, from 0: in chapter 3 of one customer (0), of five hundred (1). On screen and alive."""
    found = page.locator("service-sim, service-game").nth(number)
    alive = found.locator(".sm-root:not([inert])")
    for _ in range(100):
        # sections above are laid out as they come near: as a reader would, go on until the simulation stays on screen.
        # Playwright's own scrolling stops where an estimate of their heights has it
        found.evaluate("(part) => part.scrollIntoView()")
        if alive.count():
            break
        page.wait_for_timeout(100)
    expect(alive).to_have_count(1)
    return found


def move(part) -> None:
    """Have a simulation that is on screen show its result, and another one when a slider moves; of a game, play a quarter."""
    if part.evaluate("(part) => part.localName") == "service-game":
        part.get_by_role("button", name="过完这一季").click()
        expect(part.locator(".sg-report .sm-subhead").first).to_contain_text("第1季")
        return
    skip = part.get_by_role("button", name="跳过预测")
    if skip.count():
        skip.click()
    expect(part.locator("[data-readout] dd").first).to_be_visible()
    slider = part.locator("input[type=range]:visible").first
    before = part.locator(".sm-root").inner_html()
    slider.press("PageUp" if slider.input_value() != slider.get_attribute("max") else "PageDown")
    part.page.wait_for_function(
        "([part, before]) => part.querySelector('.sm-root').innerHTML !== before", arg=[part.element_handle(), before]
    )
