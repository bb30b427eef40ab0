"""Reads a NumPy archive with NumPy, and prints what checkpoint print prints."""
import sys

import numpy

with numpy.load(sys.argv[1], allow_pickle=False) as archive:
    for name in sorted(archive.files, key=str.encode):
        values = archive[name]
        size = values.dtype.itemsize
        data = values.tobytes()
        bits = (int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size))
        print(name, values.dtype.name, str(values.shape), *(format(each, "x") for each in bits))
