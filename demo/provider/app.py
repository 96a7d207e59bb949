"""The provider's pages: who do you want to be, and the post of each person."""

import re
import threading

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, abort, jsonify, render_template, request, send_file
from joserfc.jwk import KeySet
from markupsafe import Markup, escape

from demo.provider.config import SECOND_FACTOR, Config, signing_key
from demo.provider.mailbox import Mailbox
from demo.provider.people import People, Person
from demo.provider.protocol import discovery, make_server

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")


def make_app(config: Config) -> Flask:
    """The whole provider as a WSGI application."""
    app = Flask(__name__, static_url_path="/vorm")
    people = People(config.people)
    threading.Thread(target=people.get, args=("",), daemon=True).start()  # 250,000 take two seconds to read
    mailbox = Mailbox(config.mailbox, now_at=config.client_place, formerly=config.formerly)
    key = signing_key(config.key)
    server = make_server(app, config, people, key)
    app.jinja_env.filters["links"] = links
    app.context_processor(lambda: {"provider": config})
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {' '.join(config.form_targets)}"
    )

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        return jsonify(discovery(config))

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(KeySet([key]).as_dict(private=False))

    @app.post("/token")
    def token() -> Response:
        response: Response = server.create_token_response()
        return response

    _add_sign_in(app, config, people, server)
    _add_post(app, people, mailbox)
    return app


def _add_sign_in(app: Flask, config: Config, people: People, server: AuthorizationServer) -> None:
    """The page where a visitor chooses who to be. It always asks: nobody stays signed in here."""

    def page(grant: object | None, status: int = 200) -> tuple[str, int]:
        words = request.args.get("zoek", "").strip()[:100]
        cast, found = people.cast(config.kind), people.find(words, config.kind)
        asked = [(name, value) for name, value in request.args.items() if name != "zoek"]
        strong = SECOND_FACTOR in request.args.get("acr_values", "").split()
        shown = {"cast": cast, "found": found, "words": words, "asked": asked, "asking": grant is not None}
        shown["strong"] = strong
        return render_template("people.html", **shown), status

    @app.get("/")
    def home() -> tuple[str, int]:
        return page(None)

    @app.get("/authorize")
    def authorize() -> Response | tuple[str, int]:
        try:
            return page(server.get_consent_grant(end_user=None))
        except OAuth2Error as error:
            response: Response = server.handle_error_response(server.create_oauth2_request(None), error)
            return response

    @app.post("/authorize")
    def chosen() -> Response:
        response: Response
        try:
            grant = server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            response = server.handle_error_response(server.create_oauth2_request(None), error)
            return response
        person = people.get(request.form.get("persoon", ""))
        who = person if person and person.subject_at(config.kind) else None
        response = server.create_authorization_response(request=None, grant_user=who, grant=grant)
        return response


def _add_post(app: Flask, people: People, mailbox: Mailbox) -> None:
    """The mailbox of each person: apart from the product, as post is."""

    def somebody(person_id: str) -> Person:
        return people.get(person_id) or abort(404)

    @app.get("/post/<person_id>/")
    def post(person_id: str) -> str:
        person = somebody(person_id)
        return render_template("post.html", person=person, letters=mailbox.letters(person), mails=mailbox.mails(person))

    @app.get("/post/<person_id>/<name>")
    def letter(person_id: str, name: str) -> Response:
        found = [each for each in mailbox.letters(somebody(person_id)) if each.file == name]
        return send_file(found[0].path, mimetype="application/pdf") if found else abort(404)

    @app.errorhandler(404)
    def absent(error: Exception) -> tuple[str, int]:
        return render_template("absent.html"), 404


def links(text: str) -> Markup:
    """The text, escaped, with its web addresses as links."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(found.group()))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
