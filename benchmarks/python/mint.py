"""python python/mint.py <contender>"""

import sys

import by_hand
import contenders
from workload import loop, serve

module = by_hand if sys.argv[1].startswith("by_hand") else contenders
serve(lambda work: loop(getattr(module, sys.argv[1])(work)))
