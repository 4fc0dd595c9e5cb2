"""A hub for measuring agents: serves checks and takes every result.

`python -m benchmarks.support.hub PORT TARGET CHECKS`; the checks ask the target's port, once a minute each.
"""

import json
import sys

from aiohttp import web

from monitor.core.model import digest

CHECKS = 20
"""Checks of one component."""


def item(number: int, target: int) -> dict[str, object]:
    """One check of the list, once a minute."""
    definition = {
        "id": f"k{number % CHECKS}",
        "kind": "http",
        "url": f"http://127.0.0.1:{target}/{number}",
        "every": "1m",
        "timeout": "1s",
        "retry": "0s",
        "locations": ["bench"],
        "vote": "majority",
        "critical": True,
        "expect": {"status": ["2xx"]},
    }
    terms = {"component": f"c{number // CHECKS}", "check": definition["id"], "start": 0, "end": None, "every": 60}
    return {**terms, "definition": definition, "digest": digest(definition)}


def application(target: int, checks: int) -> web.Application:
    document = {"protocol": 1, "location": "bench", "checks": [item(number, target) for number in range(checks)]}

    async def listed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.json_response(document, headers={"ETag": '"1"'})

    async def taken(request: web.Request) -> web.Response:
        count = len(json.loads(await request.read())["results"])
        return web.json_response({"accepted": count, "refused": [], "now_ms": 0})

    app = web.Application(client_max_size=2**23)
    app.router.add_get("/api/v1/agent/checks", listed)
    app.router.add_post("/api/v1/agent/results", taken)
    return app


if __name__ == "__main__":
    port, target, checks = map(int, sys.argv[1:4])
    print("ready", flush=True)
    web.run_app(application(target, checks), host="127.0.0.1", port=port, print=None)
