package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractTest {
  private final Contract contract = Contract.load();

  @Test
  void everyOperationHasItsOwnId() {
    assertThat(contract.operations())
        .extracting(Operation::id)
        .isNotEmpty()
        .doesNotHaveDuplicates();
  }

  @Test
  void aRouteWithoutOperationOrAnOperationWithoutRouteStopsTheStart() {
    Vertx vertx = Vertx.vertx();
    try {
      var api =
          new ApiRouter(vertx.getOrCreateContext(), contract, any -> 1, Duration.ofSeconds(1));
      Router router = Router.router(vertx);
      Set<String> covers = Set.of("getTask", "cancelTask");
      Call.Handler nothing = call -> Future.succeededFuture(new Reply.Nothing());

      assertThatThrownBy(() -> api.mount(router, covers, Map.of("getTask", nothing)))
          .hasMessageContaining("cancelTask");
      assertThatThrownBy(() ->
              api.mount(
                  router,
                  covers,
                  Map.of("getTask", nothing, "cancelTask", nothing, "other", nothing)))
          .hasMessageContaining("other");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void theRoutesOfBothServersAreTheOperationsOfTheContract(@TempDir Path directory) {
    try (var server = new ServerUnderTest(directory)) {
      for (Operation operation : contract.operations()) {
        boolean management =
            operation.path().startsWith("/health") || operation.path().equals("/metrics");
        String path = operation.path().replaceAll("\\{\\w+}", "x");

        int status =
            server
                .client
                .send(
                    server
                        .client
                        .request(path)
                        .method(
                            operation.method().name(),
                            java.net.http.HttpRequest.BodyPublishers.noBody())
                        .header("Accept", "nothing/here"))
                .status();

        // 406 comes from the operation itself; what produces nothing knows no x.
        int known = operation.produces().isEmpty() ? 404 : 406;
        assertThat(status).as(operation.id()).isEqualTo(management ? 404 : known);
      }
    }
  }

  @Test
  void faultsPointAtTheMemberThatIsWrong() {
    SchemaCheck check =
        contract.check(new JsonObject().put("$ref", "#/components/schemas/SearchRequest"));

    assertThat(pointer(check, "{\"query\":\"x\",\"limit\":0}")).isEqualTo("/limit");
    assertThat(pointer(check, "{\"query\":\"x\",\"collections\":[\"a\",\"B b\"]}"))
        .isEqualTo("/collections/1");
    assertThat(pointer(check, "{\"query\":\"x\",\"filters\":{\"ünï €\":1}}"))
        .isEqualTo("/filters/ünï €");
    assertThat(pointer(check, "{\"query\":\"x\",\"mode\":\"magic\"}")).isEqualTo("/mode");
    assertThat(pointer(check, "{}")).isEqualTo("/query");
    assertThat(check.fault(new JsonObject("{\"query\":\"x\"}"))).isEqualTo(Optional.empty());
  }

  private static String pointer(SchemaCheck check, String value) {
    return check.fault(new JsonObject(value)).orElseThrow().pointer();
  }
}
