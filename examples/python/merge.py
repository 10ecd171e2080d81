"""Selects clusters in a running phy, merges them, and prints what changed: python merge.py ADDRESS 14 20

ADDRESS is the one that phy prints when it starts. Only the standard library is needed.
"""
import json
import sys
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

address, ids = sys.argv[1], [int(word) for word in sys.argv[2:]]
base = "http://" + urlsplit(address).netloc + "/api/"
web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
web.open(address).read()  # the token in the address is exchanged for a cookie


def post(path, **body):
    """One action or question; returns the answer as Python values."""
    headers = {"Content-Type": "application/json"}
    return json.load(web.open(urllib.request.Request(base + path, json.dumps(body).encode(), headers)))


def events():
    """Yields (kind, data) for everything that happens, whoever did it."""
    for line in web.open(base + "events"):
        name, _, value = line.decode().strip().partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


stream = events()
print("open:", next(stream)[1]["dataset"])
print(post("act", action="select", args=ids)["message"])
print("intervals:", post("ask", query="isi", clusters=ids)["answer"]["total"]["data"])
print(post("act", action="merge")["message"])
change = next(data for kind, data in stream if kind == "change")
print("heard:", change["message"], "added", change["added"])
