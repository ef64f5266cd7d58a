"""python python/server.py <contender>: a FastAPI server whose /token mints with a contender.

It reads the workload from standard input and writes the port to standard output.
"""

import json
import os
import socket
import sys

import contenders
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse


def nothing(work):
    """Signs nothing, and returns one token for every identity."""
    token = os.environ["TOKEN"]
    return lambda identity: token


name = sys.argv[1]
mint = (nothing if name == "nothing" else getattr(contenders, name))(json.load(sys.stdin))
app = FastAPI()


@app.get("/token")
async def token(identity: str) -> JSONResponse:
    return JSONResponse({"identity": identity, "token": mint(identity)})


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])
