import sys
from pathlib import Path

# as it lies in the checkout, without installing it
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
