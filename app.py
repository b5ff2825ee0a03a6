"""The web page, started: `python app.py --help` tells how."""

import sys

from qa.web.serving import main

if __name__ == "__main__":
    sys.exit(main())
