// A JSON editor: CodeMirror 6 as an anywidget. Python holds the text and the findings; this file only shows them.
//
// Model: value (the text), findings ([{line, column, endLine, endColumn, severity, message, repair}]), label,
// read_only, cursor ([line, column, counter]: where Python wants the cursor), ready (set here: "I am shown").
// Message to Python: {repair: number of the finding, message: what it says}.
// Like a field, it fires `change` when it is left with another text.

import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Transaction } from "@codemirror/state";
import { basicSetup, EditorView } from "codemirror";
import { tags } from "@lezer/highlight";

const PAUSE = 150; // milliseconds without a key after which Python gets the text

const colours = HighlightStyle.define([
    { tag: tags.propertyName, color: "var(--iam-code-name)" },
    { tag: tags.string, color: "var(--iam-code-text)" },
    { tag: [tags.bool, tags.null, tags.number], color: "var(--iam-code-number)" },
]);

const frame = EditorView.theme({
    "&": { color: "var(--iam-text)", backgroundColor: "var(--iam-field)" }, // frame and focus: style.css
    ".cm-content": { caretColor: "var(--iam-text)", fontFamily: "var(--iam-mono)", fontSize: "13px" },
    ".cm-cursor": { borderLeftColor: "var(--iam-text)" },
    ".cm-scroller": { maxHeight: "460px", minHeight: "180px", overflow: "auto", lineHeight: "1.5" },
    ".cm-gutters": { color: "var(--iam-quiet)", backgroundColor: "var(--iam-back)", borderRight: "1px solid var(--iam-line)" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--iam-soft)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
        backgroundColor: "var(--iam-select)",
    },
    ".cm-tooltip, .cm-panels": { color: "var(--iam-text)", backgroundColor: "var(--iam-back)", border: "1px solid var(--iam-line)" },
    ".cm-diagnosticAction": { color: "#fff", backgroundColor: "#0b5cad" },
});

/** The place of a line and column (from 1) in the text, held inside it. */
function offset(doc, line, column) {
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return Math.min(found.from + Math.max(column - 1, 0), found.to);
}

function diagnostic(doc, finding, number, repair) {
    const from = offset(doc, finding.line, finding.column);
    const end = offset(doc, finding.endLine, finding.endColumn);
    return {
        from,
        // A finding about a whole statement is marked in its first line; the rest would be a sea of underlining.
        to: Math.max(from, Math.min(end, doc.lineAt(from).to)),
        severity: finding.severity,
        message: finding.message,
        actions: finding.repair ? [{ name: finding.repair, apply: () => repair(number, finding) }] : [],
    };
}

/** The one stretch in which two texts differ, as a change; cursor and folds outside of it stay. */
function difference(before, after) {
    let from = 0;
    let [to, end] = [before.length, after.length];
    while (from < to && from < end && before[from] === after[from]) from++;
    while (to > from && end > from && before[to - 1] === after[end - 1]) [to, end] = [to - 1, end - 1];
    return { from, to, insert: after.slice(from, end) };
}

function render({ model, el }) {
    el.classList.add("iamlab-codemirror");
    let waiting;
    const send = () => {
        clearTimeout(waiting);
        waiting = undefined;
        model.set("value", view.state.doc.toString());
        model.save_changes();
    };
    const flush = () => waiting !== undefined && send();
    // With `change`, the panel sees to it that the text goes before the click that ended the typing.
    let typed = false;
    const settle = () => {
        if (!typed) return;
        typed = false;
        send();
        el.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const locked = new Compartment();
    const lock = () => [EditorState.readOnly.of(model.get("read_only"))];

    const view = new EditorView({
        parent: el,
        state: EditorState.create({
            doc: model.get("value"),
            extensions: [
                basicSetup,
                json(),
                lintGutter(),
                syntaxHighlighting(colours),
                frame,
                EditorView.lineWrapping,
                EditorState.tabSize.of(4),
                EditorView.contentAttributes.of({ "aria-label": model.get("label"), tabindex: "0" }),
                locked.of(lock()),
                EditorView.domEventHandlers({ blur: settle }),
                EditorView.updateListener.of((update) => {
                    if (!update.docChanged || update.transactions.some((one) => one.isUserEvent("python"))) return;
                    typed = true;
                    clearTimeout(waiting);
                    waiting = setTimeout(send, PAUSE);
                }),
            ],
        }),
    });

    // A repair that was seen is a step that Ctrl+Z takes back. What was built in the visual editor is none: it would be
    // all of it at once.
    let repairs = model.get("repairs");
    const take = (unseen) => {
        const text = model.get("value");
        if (waiting !== undefined || text === view.state.doc.toString()) return; // newer keys are on their way
        const changes = difference(view.state.doc.toString(), text);
        const step = !unseen && repairs !== model.get("repairs");
        repairs = model.get("repairs");
        view.dispatch({ changes, userEvent: "python", annotations: Transaction.addToHistory.of(step) });
    };
    const mark = () => {
        const repair = (number, { message }) => {
            settle();
            model.send({ repair: number, message });
        };
        const found = model.get("findings").map((one, number) => diagnostic(view.state.doc, one, number, repair));
        view.dispatch(setDiagnostics(view.state, found.sort((one, other) => one.from - other.from)));
    };
    const go = () => {
        update();
        const [line, column] = model.get("cursor");
        view.dispatch({ selection: { anchor: offset(view.state.doc, line, column) }, scrollIntoView: true });
        view.focus();
    };
    // Behind another tab nobody sees the text: it is brought up to date when it comes to the front, and not on each
    // click in the visual editor, which would have to wait for it.
    let stale = false;
    const update = () => {
        const unseen = stale;
        stale = el.offsetParent === null;
        if (stale) return;
        take(unseen);
        mark();
    };
    const sight = new IntersectionObserver(() => stale && update());
    sight.observe(el);
    const relock = () => view.dispatch({ effects: locked.reconfigure(lock()) });

    model.on("change:value", update);
    model.on("change:findings", update);
    model.on("change:cursor", go);
    model.on("change:read_only", relock);
    mark();
    model.set("ready", true);
    model.save_changes();
    return () => {
        flush();
        sight.disconnect();
        for (const [event, handler] of Object.entries({ value: update, findings: update, cursor: go, read_only: relock })) {
            model.off(`change:${event}`, handler);
        }
        view.destroy();
    };
}

export default { render };
