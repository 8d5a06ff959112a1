"""Measures the interpreter beside plain `exec` and the peers that are installed: `make bench`.

`rows` says what the table has, `workloads` what is run, `engines` and `peers` who runs it. One module for each duty measures
(`throughput`, `latency`, `toolcalls`, `async_tools`, `startup`, `memory`, `concurrency`, `tool_scale`, `limits`), each in a
fresh process (`worker`) of the Python that it is about. `runner` starts them, `report` writes down what they found.
"""
