"""What a session remembers: the experiment being set up (the draft) and which run is looked at. Both live in the URL.

The URL speaks the command line's language: `/train?data.name=bitcoin&window.size=7`, `?run=ID`; and what comes from a preset
says what differs from it: `/train?preset=bitcoin`, `/train?preset=bitcoin&window.size=9`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from lab.config.presets import PRESETS, preset
from lab.config.run import RunConfig
from lab.data.sources import with_typed_options
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.shared.data import is_of_the_host
from pages.ui.shared.visitor import OwnRuns, apart
from pages.ui.shared.words import escaped

WIDGET = "w:"  # keys of the widgets that edit the draft begin so; the number of the draft comes next


def store() -> RunStore:
    """The runs of this installation; of this visitor, where visitors are kept apart."""
    return OwnRuns() if apart() else RunStore()


def arrive() -> RunConfig:
    """The experiment being set up. A link that was followed here (another URL than the one we wrote) sets it anew."""
    asked = st.query_params.to_dict()
    if "draft" not in st.session_state or (asked and asked != st.session_state.get("url")):
        set_draft(_from_url(asked), preset=asked.get("preset"))
        show_view("Training" if "run" in asked else "Data")
    return draft()


def draft() -> RunConfig:
    """The experiment being set up."""
    config: RunConfig = st.session_state.draft
    return config


def widget_key(setting: str) -> str:
    """The key of the widget of a setting of the draft that is on the table now.

    A browser that follows a run sends the values of all its widgets twice a second. Those that it sends before it has
    heard of a new draft must not be taken for choices, so another draft has other widgets.
    """
    key: str = st.session_state.kept.get(setting, f"{WIDGET}{st.session_state.drafts}:{setting}")
    return key


def layer_key(setting: str) -> str:
    """The key of a widget that is about one layer: another one as soon as layers have come or gone, for the same reason."""
    return f"{widget_key(setting)}@{st.session_state.get('layerings', 0)}"


def renew_layers() -> None:
    """Layers have come or gone: the widgets of single layers begin anew, from the draft."""
    st.session_state.layerings = st.session_state.get("layerings", 0) + 1


def set_draft(config: RunConfig, *keep: str, preset: str | None = None) -> None:
    """Put another experiment on the table; every widget starts again from it, but for `keep`, from which it came.

    `preset`: whose changed copy it is, by name, if of any.
    """
    kept = {setting: widget_key(setting) for setting in keep}
    for key in [k for k in st.session_state if str(k).startswith(WIDGET) and k not in kept.values()]:
        del st.session_state[key]
    st.session_state.kept = kept
    st.session_state.drafts = st.session_state.get("drafts", 0) + 1
    for key in ("control_errors", "refused"):  # they were about widgets that are gone
        st.session_state.pop(key, None)
    st.session_state.draft = config
    equal = (name for name, ready in PRESETS.items() if ready.config == config)
    its_own = preset in PRESETS and PRESETS[preset].config.data.name == config.data.name
    st.session_state.preset = preset if its_own else next(equal, None)


def show_view(view: str) -> None:
    """Turn the right side of Train to this view; by a new switch, for the reason that `widget_key` gives."""
    st.session_state.view = view
    st.session_state.switches = st.session_state.get("switches", 0) + 1


def chosen_view(labels: Mapping[str, str]) -> str:
    """The switch between the views, by name and label, and where it stands; on the first where that one is gone."""
    if st.session_state.view not in labels:
        show_view(next(iter(labels)))
    view: str = st.segmented_control(
        "View", list(labels), format_func=labels.get, default=st.session_state.view, required=True,
        key=f"view-{st.session_state.switches}", label_visibility="collapsed",
    )  # fmt: skip
    st.session_state.view = view
    return view


def keep_draft(config: RunConfig) -> None:
    """Put the widgets' settings into the link, for a refresh or for others."""
    st.session_state.draft = config
    wanted = _in_words(config) | ({"run": st.query_params["run"]} if "run" in st.query_params else {})
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state.url = wanted


def _in_words(config: RunConfig) -> dict[str, str]:
    """The experiment as a link: what differs from the preset that it comes from, or else from the default config.

    Where it learns a file of the host, whose path is nobody's business, what differs from the run that it comes from.
    """
    if is_of_the_host(config.data):
        run = _run_of_a_file(st.query_params.get("run"))
        settings = config.settings(run.config if run else None)
        return {key: text for key, text in settings.items() if key != "data.path"}
    name = st.session_state.preset
    if name is not None:
        changes = config.settings(PRESETS[name].config)
        if PRESETS[name].config.with_settings(changes) == config:
            return {"preset": name} | changes
    return config.settings()


def _run_of_a_file(run_id: str | None) -> Run | None:
    """The run, where it learned a file of the host; None of any other."""
    try:
        run = store().open(run_id) if run_id else None
    except ValueError:
        return None
    return run if run and is_of_the_host(run.config.data) else None


def _from_url(parameters: dict[str, str]) -> RunConfig:
    try:
        base = preset(parameters["preset"]) if "preset" in parameters else RunConfig()
        of_a_file = None if "preset" in parameters else _run_of_a_file(parameters.get("run"))
        if of_a_file and "data.name" not in parameters:
            base = of_a_file.config
        elif "preset" not in parameters and not any("." in key for key in parameters):
            base = preset("sine")
            if "run" in parameters:
                try:
                    base = store().open(parameters["run"]).config
                except ValueError:
                    return base  # `selected_run` says that there is no such run
                if dict(base.data.options).get("path"):
                    return base  # the run's own file, and nothing that the link could have chosen
        settings: dict[str, object] = {k: v for k, v in parameters.items() if "." in k or k == "seed"}
        config = base.with_settings(settings)
        if of_a_file is None or "data.path" in settings:
            _refuse_foreign_files(config)
        return replace(config, data=with_typed_options(config.data))
    except ValueError as error:
        st.session_state.link_error = f"The link's settings can't be used. {error} The sine wave is shown instead."
        return preset("sine")


def _refuse_foreign_files(config: RunConfig) -> None:
    """A link may name a file that was uploaded here, and no other file of this machine."""
    from lab.config.home import upload_path

    path = dict(config.data.options).get("path")
    if path is not None:
        upload_path(str(path))


def selected_run() -> Run | None:
    """The run that the URL names (or, on coming back to a page, the one looked at last); None where there is none."""
    run_id = st.query_params.get("run") or st.session_state.get("run")
    if run_id is None:
        return None
    try:
        run = store().open(run_id)
    except ValueError as error:
        if "run" in st.query_params:
            st.warning(f"{escaped(str(error))} The Runs page lists those that there are.")
        select_run(None)
        return None
    select_run(run_id)
    return run


def select_run(run_id: str | None) -> None:
    """Look at this run; the URL says so."""
    ours = st.query_params.to_dict() == st.session_state.get("url")
    st.session_state.run = run_id
    if run_id is None:
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = run_id
    if ours:  # and still is: `arrive` must not take it for a link that was followed, and read the draft from it
        st.session_state.url = st.query_params.to_dict()
