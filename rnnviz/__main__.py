"""`python -m rnnviz`."""

import sys

if __name__ == "__main__":
    try:
        from rnnviz.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # while packages are still loading
        sys.exit("rnnviz: interrupted.")
