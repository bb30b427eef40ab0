"""Reads a safetensors file as its format's description says, and prints what checkpoint print prints."""
import json
import struct
import sys

NAMES = {"BOOL": ("bool", 1), "I64": ("int64", 8), "F32": ("float32", 4), "F64": ("float64", 8)}

with open(sys.argv[1], "rb") as file:
    data = file.read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8 : 8 + length])
for name, entry in sorted(header.items(), key=lambda item: item[0].encode()):
    dtype, size = NAMES[entry["dtype"]]
    begin, end = (8 + length + offset for offset in entry["data_offsets"])
    bits = (int.from_bytes(data[i : i + size], "little") for i in range(begin, end, size))
    print(name, dtype, str(tuple(entry["shape"])), *(format(each, "x") for each in bits))
