"""Whether the endpoint of this container is well: exit status 0 or 1."""

import os
import sys
import urllib.request

PORT = os.environ.get("CAPTCHA_PORT", "5000")

if __name__ == "__main__":
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://127.0.0.1:{PORT}/health", timeout=4).read()
    except OSError as error:
        sys.exit(f"the endpoint on port {PORT} is not well: {error}")
