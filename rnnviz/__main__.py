"""`python -m rnnviz`."""

import gc
import sys

if __name__ == "__main__":
    gc.disable()  # what is loaded stays: looking through it is a tenth of the loading
    try:
        from rnnviz.cli import main

        gc.freeze()
        gc.enable()
        sys.exit(main())
    except KeyboardInterrupt:  # while packages are still loading
        sys.exit("rnnviz: interrupted.")
