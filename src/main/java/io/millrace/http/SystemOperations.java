package io.millrace.http;

import io.millrace.settings.HttpSettings;
import io.millrace.settings.Role;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** This process, and the contract it keeps. */
final class SystemOperations {
  private final SystemInfo system;
  private final HttpSettings settings;
  private final Buffer yaml;
  private final Buffer json;

  SystemOperations(SystemInfo system, HttpSettings settings, Contract contract) {
    this.system = system;
    this.settings = settings;
    this.yaml = Buffer.buffer(contract.yaml());
    this.json = Buffer.buffer(contract.json());
  }

  Map<String, Call.Handler> handlers() {
    return Map.of(
        "getSystem",
        call -> system.notices().get().map(notices -> Reply.ok(view(notices))),
        "getOpenApiYaml",
        call -> Future.succeededFuture(new Reply.Bytes("application/yaml", yaml)),
        "getOpenApiJson",
        call -> Future.succeededFuture(new Reply.Bytes("application/json", json)));
  }

  private JsonObject view(List<SystemInfo.Notice> notices) {
    var roles = new JsonArray();
    system.roles().stream().map(Role::label).sorted().forEach(roles::add);
    var listed = new JsonArray();
    notices.forEach(notice ->
        listed.add(
            new JsonObject().put("source", notice.source()).put("message", notice.message())));
    return new JsonObject()
        .put("name", "Millrace")
        .put("version", system.version())
        .put("roles", roles)
        .put("notices", listed)
        .put(
            "limits",
            new JsonObject()
                .put("bodyBytesMax", settings.bodyBytesMax().bytes())
                .put("inputBytesMax", Submissions.INPUT_BYTES_MAX)
                .put("uploadBytesMax", settings.uploadBytesMax().bytes()));
  }
}
