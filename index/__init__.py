"""Documents to passages that can be searched."""

import os

# ONNX Runtime reports to its maker, and keeps a device id in the user's cache folder, unless it is
# told not to before it is loaded. Every use of it, in a parser's process too, imports this first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
