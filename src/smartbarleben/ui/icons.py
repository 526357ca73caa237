"""The village's own line icons: 24 units, one weight, drawn with `currentColor`.

They are decoration: the word beside them says what they mean, so each is hidden from screen readers.
"""

from functools import cache

from markupsafe import Markup

# Whatever points along the line of reading is turned round in right-to-left text.
DIRECTED = frozenset({"arrow-right", "arrow-left", "chevron-right", "external", "bus", "speaker"})

PATHS: dict[str, str] = {
    "accessible": (
        "M12 5.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4M5 8.5c4.6 1.2 9.4 1.2 14 0M12 9.5v5m0 0-3 7m3-7 3 7"
    ),
    "arrow-left": "M20 12H4m6-7-7 7 7 7",
    "arrow-right": "M4 12h16m-6-7 7 7-7 7",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4M12 5V3",
    "book": (
        "M12 6C9.5 4.3 6.5 4 3 4.2V19c3.5-.2 6.5 .1 9 1.8 2.5-1.7 5.5-2 9-1.8V4.2C17.5 4 14.5 4.3 12 6zm0 0v14.8"
    ),
    "building": "M4 21V5l8-2v18M12 8h8v13M2 21h20M7 8h2M7 12h2M7 16h2M15.5 12h1.5M15.5 16h1.5",
    "bus": (
        "M3 17V7.5A2.5 2.5 0 0 1 5.5 5H19l2.5 7v5H19m-4.5 0h-5M3 17h2M3 11.5h18M9 5v6.5M15 5v6.5M7.2 19."
        "3a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4M16.8 19.3a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4"
    ),
    "calendar": (
        "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v13a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4"
        " 19.5zM4 10h16M8.5 7V3M15.5 7V3M8 14h.01M12 14h.01M16 14h.01M8 17.5h.01M12 17.5h.01"
    ),
    "check": "m4.5 12.5 5 5.5L19.5 6.5",
    "chevron-down": "m5 9 7 7 7-7",
    "chevron-right": "m9 5 7 7-7 7",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5.3l3.5 2.2",
    "cross": "m5.5 5.5 13 13M18.5 5.5l-13 13",
    "decision": (
        "M12 3v18M7 21h10M4 7c3 .8 5-.9 8-1.2C15 5.5 17 6.8 20 6M2 14l3.2-7L8.5 14a3.25 3.25 0 0 1-6.5 0"
        "M15.5 13l3.2-7L22 13a3.25 3.25 0 0 1-6.5 0"
    ),
    "download": "M12 3v12.5m0 0-5-5m5 5 5-5M4 20.5h16",
    "easy-language": "M4 5.5h9M4 10h7M4 14.5h5M4 19h7M15 14.5l2.5 3 4.5-6.5",
    "external": "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
    "feed": "M5 19.5h.01M5 13a6.5 6.5 0 0 1 6.5 6.5M5 8.5a11 11 0 0 1 11 11M5 4a15.5 15.5 0 0 1 15.5 15.5",
    "flag": "M5.5 21.5V3.5M5.5 4.5c4.5-2 7.5 2 13 .2v9.3c-5.5 1.8-8.5-2.2-13-.2",
    "globe": ("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3.5 9h17M3.5 15h17M12 3c-5 5.5-5 12.5 0 18 5-5.5 5-12.5 0-18"),
    "house": "M3 11.5 12 4l9 7.5M5.5 9.5V20.5h13V9.5M10 20.5V14.5h4v6",
    "idea": (
        "M9 17.5c0-2.8-3.2-4-3.2-8a6.2 6.2 0 0 1 12.4 0c0 4-3.2 5.2-3.2 8zM9.3 20.5h5.4M12 17.5V12l-2-1.8M12 12l2-1.8"
    ),
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.5M12 7.5h.01",
    "link": (
        "M10 14.5a4 4 0 0 1 0-5.6l3-3a4 4 0 0 1 5.7 5.6l-1.7 1.7M14 9.5a4 4 0 0 1 0 5.6l-3 3a4 4 0 0 1-5.7-5.6L7 10.8"
    ),
    "mail": "M3 6.5h18v12.5H3zM3.5 7l8.5 7 8.5-7",
    "map": "M9 4 3 6.5V20.5L9 18l6 2.5 6-2.5V4L15 6.5zM9 4v14M15 6.5v14",
    "menu": "M4 6.5h16M4 12h16M4 17.5h16",
    "money": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M15.5 8.3a4.5 4.5 0 1 0 0 7.4M7 11h6M7 13.5h5",
    "news": "M4 5h13v14.5H6A2 2 0 0 1 4 17.5zM17 9h3v8.5a2 2 0 0 1-4 0M7 8.5h7M7 12h7M7 15.5h4",
    "paper": "M6 3h8.5L19 7.5V21H6zM14 3v5h5M9 12.5h7M9 16.5h7",
    "people": (
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c.3-4.2 2.8-6.2 6.5-6.2s6.2 2 6.5 6.2M16 4.5a3."
        "3 3.3 0 0 1 0 6.3M18 14.2c2.2.7 3.4 2.7 3.5 5.8"
    ),
    "person": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.4-4.5 3-6.5 7.5-6.5s7.1 2 7.5 6.5",
    "phone": (
        "M5 3.5h3.5l2 5-2.5 1.8c1 2.5 3.2 4.7 5.7 5.7l1.8-2.5 5 2V19a2 2 0 0 1-2 2C10.5 21 3 13.5 3 5.5a2 2 0 0 1 2-2"
    ),
    "photo": "M3 6.5h4.5L9 4h6l1.5 2.5H21V19.5H3zM12 16.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8",
    "pin": ("M12 21.5c4.7-5 7-8.7 7-12a7 7 0 0 0-14 0c0 3.3 2.3 7 7 12M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5"),
    "print": "M7 8.5V3h10v5.5M7 17H3.5V8.5h17V17H17M7 14h10v7H7z",
    "qr": (
        "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM7 7h.01M17 7h.01M7 17h.01M14 14h2.5v2.5H14zM20 14v2M20 20h"
        "-2.5M14 20h.01"
    ),
    "road-closed": "M4 8h16v6H4zM7 14v6.5M17 14v6.5M7 8V5M17 8V5M8.5 14l4-6M14.5 14l4-6M4.5 11.5 7 8",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5l5 5",
    "share": "M12 14.5V3m0 0L8 7m4-4 4 4M6 11H4.5v10h15V11H18",
    "speaker": "M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18.2 6.3a8 8 0 0 1 0 11.4",
    "star": "m12 3.5 2.6 5.6 6.1.7-4.5 4.2 1.2 6.1L12 17l-5.4 3.1 1.2-6.1L3.3 9.8l6.1-.7z",
    "tree": (
        "M12 21.5v-9M12 16l3-2.5M12 14l-2.5-2M8.5 17a4.8 4.8 0 0 1-2.3-8.3 5.9 5.9 0 0 1 11.6 0A4.8 4.8 "
        "0 0 1 15.5 17z"
    ),
    "warning": "M12 3.5 22 20.5H2zM12 10v5M12 17.8h.01",
    "waste": "M5 7h14M9.5 7V4.5h5V7M6.5 7l1 14h9l1-14M10.5 11v6.5M13.5 11v6.5",
}


@cache
def icon(name: str) -> Markup:
    """The icon `name` as inline SVG. Raises KeyError with the known names for a name that isn't drawn."""
    if name not in PATHS:
        raise KeyError(f"no icon {name!r}; there are: {', '.join(PATHS)}")
    turned = " icon--directed" if name in DIRECTED else ""
    return Markup(  # noqa: S704 (both parts are constants of this module)
        f'<svg class="icon{turned}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        f'<path d="{PATHS[name]}"/></svg>'
    )
