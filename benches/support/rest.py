"""JSON over one kept-alive connection."""

import http.client
import json
from urllib.parse import urlsplit


class Rest:
    def __init__(self, url, authorization=None):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._headers = {"Content-Type": "application/json"}
        if authorization:
            self._headers["Authorization"] = authorization

    def text(self, method, path, body=None):
        """The answer's body; a status other than 2xx is an error."""
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {response.status} {text}")
        return text

    def json(self, method, path, body=None):
        text = self.text(method, path, body)
        return json.loads(text) if text else None
