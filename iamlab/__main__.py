"""`python -m iamlab` is `iamlab`."""

from __future__ import annotations

import sys

from iamlab.cli import main

sys.exit(main())
