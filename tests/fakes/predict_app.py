"""The articles' application: FastAPI with GET /predict?input_text=…, which takes its time as a model would. Run by uvicorn or gunicorn."""
import asyncio
import os

from fastapi import FastAPI

app = FastAPI()
served = {"predict": 0}


@app.get("/healthz")
def healthz():
    return {"ok": True, "pid": os.getpid()}


@app.get("/predict")
async def predict(input_text: str):
    served["predict"] += 1
    await asyncio.sleep(0.005)
    return {"input": input_text, "prediction": input_text[::-1]}


@app.get("/served")
def how_many():
    return served
