"""Prompt templates that let a small real model make tool calls, in the words that Qwen and Hermes models are trained on; its own template leaves tools out.

JINJA, for llama.cpp: the model is too small to think of a call, so where there are tools the prompt begins with turns that show one, and it does likewise.
OLLAMA, in Go's language: names the tools, since each token of a prompt takes long; a test has the answer written by a JSON schema that is a call's, which Ollama then reads as a call.
Tokens, grammar and parser are the engine's own.
"""

JINJA = """\
{%- if tools %}
{%- for city in ['Oslo', 'Rome', 'Lima', 'Cairo'] %}<|im_start|>user
Use weather for {{ city }}<|im_end|>
<|im_start|>assistant
<tool_call>
{"name": "weather", "arguments": {"city": "{{ city }}"}}
</tool_call><|im_end|>
{% endfor %}
{%- endif %}
{%- for message in messages %}
{%- if message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
{%- if call.function %}{% set call = call.function %}{% endif %}
<tool_call>
{"name": "{{ call.name }}", "arguments": {{ call.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

OLLAMA = """\
{{- range .Tools }}<|im_start|>system
Tool: {{ .Function.Name }}<|im_end|>
{{ end }}
{{- range .Messages }}
{{- if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ else }}<|im_start|>{{ .Role }}
{{ .Content }}
{{- range .ToolCalls }}
<tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
</tool_call>
{{- end }}<|im_end|>
{{ end }}
{{- end }}<|im_start|>assistant
"""
