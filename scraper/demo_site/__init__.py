"""The bundled demo site: a captcha page of one's own, on loopback only, with an answer key for the demo.

`server` answers HTTP, `state` remembers sessions and answers, `pictures` draws, `hostile` misbehaves on request,
`serve` is the program, `process` runs it as a child process and `client` asks its answer key.
"""
