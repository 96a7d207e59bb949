"""The Dockerfile, the compose file and the manifests, read without an engine: hardened, complete, and in agreement."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.core.management import get_commands

from lerarenregister.project import settings

DEPLOY = settings.ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
REQUIRED = {name for name, each in settings.DOCUMENTED.items() if each.default is None}
ALSO_NEEDED = {"BASE_URL", "AUDIT_ORIGIN", "CONTACT_EMAIL", "SECURITY_EMAIL", "SOURCE_URL", "MAIL_FROM", "SMTP_HOST"}
ALSO_NEEDED |= {"AUDIT_VERIFIER_KEY"}
"""Those whose default is an example: `check --deploy` refuses it."""
APART = {"web": {"VAULT_TOKEN"}, "vault": {"VAULT_TOKEN", "VAULT_ORIGINS"}, "sealer": {"AUDIT_SIGNING_KEY"}}
"""What some processes are told and no other."""
ASKING = ("web", "due")
"""Who asks the vault."""
OF_VAULT = {"VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS"}
"""What the vault is told beside VAULT_TOKEN (`vault.settings`)."""
OF_POSTGRES = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
OF_PYTHON = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"}


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, lines joined."""
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.M)).splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def faults_of_dockerfile(text: str) -> list[str]:
    """What is wrong with a Dockerfile, by rule."""
    found, said = [], instructions(text)
    for name, rest in said:
        if name == "FROM" and not re.search(r":[\w.-]*\d", rest.split()[0]):
            found.append("an image without a version")
        if name in ("CMD", "ENTRYPOINT") and not rest.startswith("["):
            found.append("a command in shell form")
        if name == "HEALTHCHECK" and "CMD [" not in rest:
            found.append("a health check in shell form")
        if name == "ADD" or (name == "COPY" and rest.split()[0] in (".", "./")):
            found.append("everything is copied")
        if name in ("ARG", "ENV") and re.search(r"SECRET|PASSWORD|_KEY|TOKEN|DATABASE_URL", rest):
            found.append("a secret in the image")
        if "pip install" in rest and not {"--require-hashes", "--no-cache-dir"} <= set(rest.split()):
            found.append("libraries without hashes")
    users = [rest for name, rest in said if name == "USER"]
    if not users or not re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[-1]):
        found.append("runs as root or by a name")
    if not any(name == "HEALTHCHECK" for name, _ in said):
        found.append("no health check")
    return found


def test_the_dockerfile_keeps_every_rule() -> None:
    assert faults_of_dockerfile(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("right", "broken", "fault"),
    [
        ("FROM python:3.11-slim-bookworm\n", "FROM python:latest\n", "an image without a version"),
        ("FROM python:3.11-slim-bookworm\n", "FROM python\n", "an image without a version"),
        ("USER 10001:10001", "USER register", "runs as root or by a name"),
        ("USER 10001:10001", "USER 10001:10001\nUSER 0:0", "runs as root or by a name"),
        ('CMD ["granian"', 'CMD granian "', "a command in shell form"),
        ('CMD ["python"', 'CMD curl "', "a health check in shell form"),
        ("COPY src src", "COPY . .", "everything is copied"),
        ("VOLUME", "ARG SECRET_KEY\nVOLUME", "a secret in the image"),
        ("VOLUME", "ENV DATABASE_URL=postgresql://a:b@c/d\nVOLUME", "a secret in the image"),
        ("--require-hashes ", "", "libraries without hashes"),
    ],
)
def test_a_rule_that_is_broken_is_seen(right: str, broken: str, fault: str) -> None:
    assert right in DOCKERFILE
    assert fault in faults_of_dockerfile(DOCKERFILE.replace(right, broken))


def test_what_the_dockerfile_copies_exists_and_is_let_in() -> None:
    let_in = {line[1:] for line in (settings.ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for name, rest in instructions(DOCKERFILE)
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((settings.ROOT / each).exists() for each in copied)


def test_the_image_sets_only_settings_that_exist() -> None:
    given = {name for key, rest in instructions(DOCKERFILE) if key == "ENV" for name in re.findall(r"([A-Z_]+)=", rest)}
    assert given - OF_PYTHON <= set(settings.DOCUMENTED)


@pytest.mark.parametrize("script", ["collect.sh", "postgres/10-register.sh"])
def test_a_script_is_a_script(script: str) -> None:
    subprocess.run(["sh", "-n", str(DEPLOY / script)], check=True)
    assert "set -eu" in (DEPLOY / script).read_text()


# Compose


COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
VAULT = ("vault-init", "vault")
OURS = {
    name: each
    for name, each in SERVICES.items()
    if each["image"].startswith("lerarenregister:") and name not in ("inside", *VAULT)
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(name: str) -> None:
    each = SERVICES[name]
    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]
    assert not {"cap_add", "privileged", "devices", "pid", "ipc"} & set(each)
    assert each["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", each["user"])
    assert re.search(r":[\w.-]*\d", each["image"])
    assert "latest" not in each["image"]
    assert each["mem_limit"]
    assert each["pids_limit"]
    shared = {"web", "due", "vault"}
    assert each.get("network_mode") == ("service:inside" if name in shared else None if name == "inside" else "none")
    assert all(port.startswith("127.0.0.1:") for port in each.get("ports", []))


def test_every_service_volume_and_secret_that_is_named_exists() -> None:
    assert set(SERVICES) == {"inside", "postgres", "migrate", "web", "vault-init", "vault", "worker", "sealer", "due"}
    for each in SERVICES.values():
        assert set(each.get("depends_on", {})) <= set(SERVICES)
        assert set(each["secrets"]) <= set(COMPOSE["secrets"])
        for volume in each["volumes"]:
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).exists()


def test_the_services_have_settings_that_exist_and_all_that_are_needed() -> None:
    lines = (DEPLOY / "settings.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for each in OURS.values():
        assert set(each["environment"]) | set(example) <= set(settings.DOCUMENTED)
        assert REQUIRED | ALSO_NEEDED | {"DATABASE_URL"} <= set(each["environment"]) | set(example)
        assert ("VAULT_URL" in each["environment"]) is ("env_file" in each and each["env_file"] == "./secrets/web.env")
        for name in ("SETTINGS_FILE", "PROVIDERS_FILE"):
            assert each["environment"][name].removeprefix("/run/secrets/") in each["secrets"]
    assert not any(value for name, value in example.items() if settings.DOCUMENTED[name].secret)
    assert set(SERVICES["postgres"]["environment"]) == OF_POSTGRES


def test_a_key_is_with_the_one_service_that_needs_it() -> None:
    files = {name: each["env_file"] for name, each in SERVICES.items() if "env_file" in each}
    asking = dict.fromkeys(ASKING, "./secrets/web.env")
    assert files == asking | dict.fromkeys(VAULT, "./secrets/vault.env") | {"sealer": "./secrets/sealer.env"}
    for part, names in APART.items():
        lines = (DEPLOY / f"{part}.env.example").read_text().splitlines()
        assert {line for line in lines if not line.startswith("#")} == {f"{name}=" for name in names}
    assert not set().union(*APART.values()) & {name for name, each in settings.DOCUMENTED.items() if not each.secret}


def test_no_secret_lies_in_the_folder() -> None:
    listed = subprocess.run(["git", "check-ignore", "deploy/secrets/settings.env"], cwd=settings.ROOT, check=False)
    assert listed.returncode in (0, 128)  # 128: not a checkout


def test_the_vault_has_a_store_and_root_keys_that_no_process_of_the_register_reads() -> None:
    for name in VAULT:
        each = SERVICES[name]
        assert set(each["environment"]) == OF_VAULT
        assert each["volumes"] == ["vault:/var/lib/vault"]
        assert each["environment"]["VAULT_STORE"].startswith("/var/lib/vault/")
        for path in ("VAULT_ROOTS", "VAULT_ISSUERS"):
            assert each["environment"][path].removeprefix("/run/secrets/") in each["secrets"]
        assert not set(each["secrets"]) & {secret for one in OURS.values() for secret in one["secrets"]}
    others = [each for name, each in SERVICES.items() if name not in VAULT]
    assert not any("vault:/var/lib/vault" in each["volumes"] for each in others)
    assert not any(each["user"] == SERVICES["vault"]["user"] for each in others)
    assert "-o 10002 -g 10002 -m 0700 /var/lib/vault" in DOCKERFILE
    assert SERVICES["inside"]["command"] == ["sleep", "infinity"]


# Kubernetes


DOCUMENTS = [(path.name, each) for path in MANIFESTS for each in yaml.safe_load_all(path.read_text())]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod that a manifest describes."""
    for _, each in DOCUMENTS:
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield each["metadata"]["name"], spec["template"]["spec"]


PODS = dict(pods())


@pytest.mark.parametrize(("file", "document"), DOCUMENTS, ids=[f"{n}-{d['metadata']['name']}" for n, d in DOCUMENTS])
@pytest.mark.parametrize("version", ["1.30", "1.35"])
def test_a_manifest_fits_the_published_schema(file: str, document: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(document, version, strict=True)


def test_a_misspelled_field_does_not_fit_the_schema() -> None:
    document = next(each for _, each in DOCUMENTS if each["kind"] == "Deployment")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**document, "spec": {**document["spec"], "replica": 2}}, "1.30", strict=True)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_hardened(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == (10002 if name == "lerarenregister-vault" else 10001)
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert not any("hostPath" in volume for volume in pod["volumes"])
    for each in (*pod.get("initContainers", ()), *pod["containers"]):
        assert each["securityContext"]["readOnlyRootFilesystem"] is True
        assert each["securityContext"]["allowPrivilegeEscalation"] is False
        assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert each["resources"]["limits"]["memory"]
        assert {mount["name"] for mount in each["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_the_pods_have_settings_that_exist_and_all_that_are_needed() -> None:
    kept: dict[str, dict[str, str]] = {
        each["metadata"]["name"]: each.get("data") or each.get("stringData", {})
        for _, each in DOCUMENTS
        if each["kind"] in ("ConfigMap", "Secret")
    }
    plain, secret = kept["lerarenregister"], kept["lerarenregister-keys"]
    given = set(plain) | set(secret)
    apart = {part: set(kept[f"lerarenregister-keys-{part}"]) for part in ("asking", "sealer")}
    assert apart == {"asking": {"VAULT_TOKEN"}, "sealer": {"AUDIT_SIGNING_KEY"}}
    assert not any(value for part in apart for value in kept[f"lerarenregister-keys-{part}"].values())
    assert given <= set(settings.DOCUMENTED)
    assert REQUIRED | ALSO_NEEDED | {"DATABASE_URL"} <= given
    assert not any(settings.DOCUMENTED[name].secret for name in plain)
    assert not any(secret.values())
    for name, pod in PODS.items():
        part = name.removeprefix("lerarenregister-")
        sources = {next(iter(each.values()))["name"] for each in pod["containers"][0]["envFrom"]}
        own = {"lerarenregister-keys-asking"} if part in (*ASKING, "vault") else set()
        own |= {"lerarenregister-keys-sealer"} if part == "sealer" else set()
        assert sources == own | (set() if part == "vault" else {"lerarenregister", "lerarenregister-keys"})
    assert plain["PROVIDERS_FILE"] == "/etc/lerarenregister/" + next(iter(kept["lerarenregister-providers"]))


def test_only_the_pod_of_the_vault_has_its_store_its_root_keys_and_the_key_of_its_certificate() -> None:
    own = {"lerarenregister-vault", "lerarenregister-vault-roots"}
    for name, pod in PODS.items():
        named = {
            each.get("persistentVolumeClaim", {}).get("claimName") or each.get("secret", {}).get("secretName")
            for each in pod["volumes"]
        }
        assert (own <= named) if name == "lerarenregister-vault" else not own & named
        for each in pod["volumes"]:
            secret = each.get("secret", {})
            if secret.get("secretName") == "lerarenregister-vault-tls" and name != "lerarenregister-vault":
                assert secret["items"] == [{"key": "ca.crt", "path": "ca.crt"}]
    vault = PODS["lerarenregister-vault"]
    for each in (*vault["initContainers"], *vault["containers"]):
        told = {one["name"]: one["value"] for one in each["env"]}
        assert set(told) == OF_VAULT | {"VAULT_ORIGINS"}
        mounted = {one["name"]: one["mountPath"] for one in each["volumeMounts"]}
        assert told["VAULT_STORE"].startswith(mounted["store"])
        assert told["VAULT_ROOTS"] == mounted["roots"] + "/roots"
        assert told["VAULT_ISSUERS"] == mounted["issuers"] + "/issuers.json"


def test_the_providers_that_the_vault_believes_in_the_example_are_ones_it_can_read(tmp_path: Path) -> None:
    read_issuers = pytest.importorskip("vault.tokens").read_issuers
    (given,) = [
        each["data"] for _, each in DOCUMENTS if each["metadata"]["name"] == "lerarenregister-vault" and "data" in each
    ]
    (tmp_path / "issuers.json").write_text(given["issuers.json"])
    assert read_issuers(tmp_path / "issuers.json")


def test_only_who_asks_reaches_the_vault() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for _, each in DOCUMENTS if each["kind"] == "NetworkPolicy"}
    (service,) = [
        each
        for _, each in DOCUMENTS
        if each["metadata"]["name"] == "lerarenregister-vault" and each["kind"] == "Service"
    ]
    port = service["spec"]["ports"][0]["port"]
    (vault,) = PODS["lerarenregister-vault"]["containers"]
    assert vault["ports"] == [{"name": "https", "containerPort": port}]
    assert f"--port={port}" in vault["command"]
    allowed = {"matchExpressions": [{"key": "part", "operator": "In", "values": list(ASKING)}]}
    assert policies["vault-in"]["ingress"] == [
        {"from": [{"podSelector": allowed}], "ports": [{"port": port, "protocol": "TCP"}]}
    ]
    assert policies["to-vault"]["podSelector"] == allowed
    (settings_map,) = [
        each for _, each in DOCUMENTS if each["metadata"]["name"] == "lerarenregister" and each["kind"] == "ConfigMap"
    ]
    assert settings_map["data"]["VAULT_URL"] == f"https://lerarenregister-vault.lerarenregister.svc:{port}"


def test_one_sealer_two_webs_and_every_command_exist() -> None:
    replicas = {
        each["metadata"]["name"]: each["spec"]["replicas"] for _, each in DOCUMENTS if each["kind"] == "Deployment"
    }
    assert replicas == {f"lerarenregister-{part}": 1 for part in ("worker", "sealer", "vault")} | {
        "lerarenregister-web": 2
    }
    commands = [pod["containers"][0].get("command") for pod in PODS.values()]
    commands += [each.get("command") for each in OURS.values()]
    of_vault = [each for each in commands if each and "vault" in each]
    of_vault += [SERVICES[name]["command"] for name in VAULT] + [
        PODS["lerarenregister-vault"]["initContainers"][0]["command"]
    ]
    assert all(each[:3] == ["python", "-m", "vault"] for each in of_vault)
    assert sorted(each[3] for each in of_vault) == ["init", "init", "serve", "serve"]
    named = [each[2] for each in commands if each and each not in of_vault]
    assert all(each[:2] == ["python", "manage.py"] for each in commands if each and each not in of_vault)
    assert set(named) == {"migrate", "db_worker", "seal", "run_due"}
    assert set(named) <= set(get_commands())


def test_the_ports_agree_from_the_image_to_the_network() -> None:
    (command,) = [rest for name, rest in instructions(DOCKERFILE) if name == "CMD"]
    found = re.search(r'"--port", "(\d+)"', command)
    assert found
    port = int(found.group(1))
    assert ("EXPOSE", str(port)) in instructions(DOCKERFILE)
    assert f"127.0.0.1:{port}/" in DOCKERFILE
    assert SERVICES["inside"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    (web,) = PODS["lerarenregister-web"]["containers"]
    assert web["ports"] == [{"name": "http", "containerPort": port}]
    policies = {each["metadata"]["name"]: each["spec"] for _, each in DOCUMENTS if each["kind"] == "NetworkPolicy"}
    assert policies["web-in"]["ingress"][0]["ports"][0]["port"] == port
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (service,) = [
        each for _, each in DOCUMENTS if each["kind"] == "Service" and each["metadata"]["name"] == "lerarenregister"
    ]
    assert service["spec"]["ports"][0]["targetPort"] == "http"
    workers = re.search(r'"--workers", "(\d+)"', command)
    assert workers
    (settings_map,) = [each for _, each in DOCUMENTS if each["kind"] == "ConfigMap" and "WEB_PROCESSES" in each["data"]]
    assert settings_map["data"]["WEB_PROCESSES"] == str(2 * int(workers.group(1)))
    assert SERVICES["web"]["environment"]["WEB_PROCESSES"] == workers.group(1)
