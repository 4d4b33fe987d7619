"""The policy editor, as the Console has it under Create policy.

- `panel`: PolicyEditor: the steps, and what each click does
- `draft`: text and blocks in step (no widget in it)
- `visual`, `block_form`, `actions_form`, `resources_form`, `conditions_form`: the visual editor
- `services`, `actions`, `arns`, `conditions`: what these forms offer and write (no widget in them)
- `json_editor`: CodeMirror; `source.js` is its side in the page, `build.mjs` makes `built.js` of it
- `findings_view`, `review`: what stands below, and step 2
"""
