"""`unleash-server` from npm with the same flags, asked by its front-end API."""

import json
import os
import subprocess

from support.processes import Process, free_port
from support.rest import Rest

VERSION = "8.2.0"
# It asks for a newer Node.js than this project: npm brings one.
NODE = "22.23.3"
ENVIRONMENT = "production"


def install(folder):
    """Installs it once; later runs find it."""
    program = folder / "node_modules/unleash-server/dist/server.js"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True}))
        subprocess.run(
            ["npm", "install", "--no-fund", "--no-audit", "--no-package-lock", "--loglevel=error",
             f"unleash-server@{VERSION}", f"node@{NODE}"],
            cwd=folder, check=True,
        )
    return folder


class Unleash(Process):
    def __init__(self, folder, database_url, log):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.frontend_token = f"default:{ENVIRONMENT}.frontend-token-of-the-benchmark"
        admin_token = "*:*.admin-token-of-the-benchmark"
        super().__init__(
            "unleash-server",
            [folder / "node_modules/.bin/node", folder / "node_modules/unleash-server/dist/server.js"],
            log=log,
            environment={
                "NODE_ENV": "production", "HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(port),
                "DATABASE_URL": database_url, "DATABASE_SSL": "false", "LOG_LEVEL": "error",
                "INIT_ADMIN_API_TOKENS": admin_token, "INIT_FRONTEND_API_TOKENS": self.frontend_token,
                "CHECK_VERSION": "false", "SEND_TELEMETRY": "false",
                # Its limits would be what is measured.
                "SDK_API_RATE_LIMIT_PER_MINUTE": "1000000000",
                "TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE": "1000000000",
                "PATH": os.environ["PATH"],
            },
        )
        self.wait_for(self._healthy, "/health", seconds=120)
        self._admin = Rest(self.url, admin_token)

    def add_flags(self, percentages):
        """One flag with one gradual rollout for each percentage, on."""
        for key, percentage in percentages.items():
            features = "/api/admin/projects/default/features"
            self._admin.text("POST", features, {"name": key, "type": "release"})
            switch = f"{features}/{key}/environments/{ENVIRONMENT}"
            self._admin.text("POST", f"{switch}/strategies", {
                "name": "flexibleRollout", "constraints": [],
                "parameters": {"rollout": str(percentage), "stickiness": "userId", "groupId": key},
            })
            self._admin.text("POST", f"{switch}/on")

        def served():
            # Its front-end API reads the flags every few seconds; some are off for anybody.
            answer = Rest(self.url, self.frontend_token).json("GET", "/api/frontend?userId=cus_00000001")
            return len(answer["toggles"]) > len(percentages) / 4
        self.wait_for(served, "the new flags")

    def _healthy(self):
        try:
            return Rest(self.url).json("GET", "/health")["health"] == "GOOD"
        except (OSError, RuntimeError):
            return False
