"""`python -m lab`."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from lab.cli.commands import main

sys.exit(main())
