"""For who operates the server: `/healthz`, `/readyz`, `/metrics`."""

from branchline.api.ops.routes import Ops

__all__ = ["Ops"]
