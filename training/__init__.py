"""How the shipped reader is made; nothing here is needed to run the product."""

import index  # noqa: F401  (switches the telemetry of ONNX Runtime off)
