"""Every page of the site, by area: a new page is one more line here.

`{paper}`, `{summary}`, … are numbers and addresses of the rows of `test_pages.site`. What stands
under READERS is looked at signed out, what stands under MEMBERS signed in as mara. The pages of
moderators have a test of their own.
"""

READERS = {
    "lists": [
        "/",
        "/?sort=recent&show=full",
        "/?sort=best&show=titles",
        "/?field=biology&time=day",
        "/venue",
        "/venue/neurips",
        "/venue/neurips/2017",
        "/venue/neurips/2017?show=all&sort=title",
        "/wanted",
        "/wanted?field=biology",
    ],
    "papers": [
        "{paper_page}",
        "{taken_back_page}",
        "{empty_page}",
        "/paper/{paper}/history",
        "/summary/{summary}",
        "/summary/{summary}/history",
    ],
    "people": ["/users", "/user/mara", "{author_page}"],
    "search": ["/search", "/search?q=attention", "/search?q=nothingatall"],
    "writing": ["/add", "/add?then=write"],
    "about": [
        *("/about", "/about/writing", "/about/guidelines", "/about/api", "/about/feeds"),
        *("/about/privacy", "/moderation-log", "/newsletter", "/tools", "/offline"),
    ],
    "accounts": ["/account/login/", "/account/signup/", "/account/password/reset/"],
    "errors": ["/paper/2201.99999", "/nowhere", "/summary/{gone}"],
}
MEMBERS = {
    "lists": ["/", "/wanted", "/library", "/following", "/notifications"],
    "papers": ["{paper_page}", "/summary/{summary}", "/paper/{paper}/correct", "{empty_page}"],
    "people": ["/user/mara?show=mine"],
    "writing": [
        *("/paper/{empty}/write", "/summary/{summary}/edit", "/paper/{taken_back}/write", "/add"),
    ],
    "accounts": [
        *("/settings", "/settings/security", "/settings/reading", "/settings/mail"),
        *("/settings/data", "/account/email/"),
    ],
    "moderation": ["/summary/{others}/report"],
    "errors": ["/admin/", "/nowhere"],
}


def of_area(table: dict[str, list[str]], **rows: object) -> list[str]:
    """All addresses of a table, filled in."""
    return [address.format(**rows) for addresses in table.values() for address in addresses]
