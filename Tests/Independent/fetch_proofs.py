"""Takes the proofs of some records of each public item from a portal and prints their ids.

  fetch_proofs.py ADDRESS FOLDER COUNT
"""
import itertools
import json
import os
import sys
import urllib.request

address, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.makedirs(folder)


def ids(item):
    with urllib.request.urlopen(f"{address}/api/v1/records?item={item}&limit=50") as answer:
        return [record["id"] for record in json.load(answer)["records"]]


items = [ids(item) for item in ("administrative-penalty", "administrative-licence", "honour")]
# In turn from each, so that all are there.
mixed = [record for group in itertools.zip_longest(*items) for record in group if record][:count]
if len(mixed) < count:
    sys.exit(f"only {len(mixed)} records are public")
for record in mixed:
    with urllib.request.urlopen(f"{address}/api/v1/records/{record}/proof") as answer:
        octets = answer.read()
    with open(f"{folder}/{record}.tlog-proof", "wb") as file:
        file.write(octets)
    print(record)
