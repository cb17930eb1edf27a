package io.millrace.http;

import io.millrace.access.Scope;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns operations of the contract into routes; each request is checked before it is answered. */
final class ApiRouter {
  /** The key under which a request keeps the template of its route, for its meters. */
  static final String ROUTE = "millrace.route";

  private final Context context;
  private final Contract contract;
  private final List<Operation> mounted = new ArrayList<>();
  private final ToLongFunction<Operation> bodyBytesMax;
  private final Duration patience;

  /**
   * @param bodyBytesMax the largest JSON body of each operation
   * @param patience how long any answer may take
   */
  ApiRouter(
      Context context,
      Contract contract,
      ToLongFunction<Operation> bodyBytesMax,
      Duration patience) {
    this.context = context;
    this.contract = contract;
    this.bodyBytesMax = bodyBytesMax;
    this.patience = patience;
  }

  /**
   * Adds a route for each operation of the contract that {@code covers}; {@code handlers} must
   * answer just these.
   */
  void mount(Router router, Set<String> covers, Map<String, Call.Handler> handlers) {
    if (!covers.equals(handlers.keySet())) {
      var odd = new HashSet<>(covers);
      odd.addAll(handlers.keySet());
      odd.removeIf(id -> covers.contains(id) && handlers.containsKey(id));
      throw new IllegalStateException("contract and routes differ in: " + odd);
    }
    for (Operation operation : contract.operations()) {
      Call.Handler handler = handlers.get(operation.id());
      if (handler != null) {
        mount(router, operation, handler);
      }
    }
  }

  private void mount(Router router, Operation operation, Call.Handler handler) {
    mounted.add(operation);
    var route =
        router
            .route(operation.method(), operation.routePath())
            .setName(operation.id())
            .handler(routing -> handle(routing, operation, handler));
    if (operation.method().equals(HttpMethod.GET) && !operation.streams()) {
      route.method(HttpMethod.HEAD);
    }
  }

  private void handle(RoutingContext routing, Operation operation, Call.Handler handler) {
    routing.put(ROUTE, operation.path());
    routing.response().putHeader("Cache-Control", "no-store");
    Future<Reply> answer;
    try {
      answer = answer(routing, operation, handler);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    boolean bounded = operation.bodyType().filter(type -> type.startsWith("multipart")).isEmpty();
    Future<Reply> timely =
        bounded ? answer.timeout(patience.toMillis(), TimeUnit.MILLISECONDS) : answer;
    Call.on(context, timely)
        .onComplete(
            reply -> Answers.write(routing, reply), failure -> Answers.fail(routing, failure));
  }

  private Future<Reply> answer(RoutingContext routing, Operation operation, Call.Handler handler) {
    Negotiation.checkAccept(routing.request(), operation.produces());
    Negotiation.checkContentType(routing.request(), operation.bodyType());
    Parameters parameters = Parameters.read(operation, routing);
    if (operation.body().isEmpty()) {
      return handler.answer(
          new Call(context, routing, Scope.DEFAULT, parameters, new JsonObject()));
    }
    long bytesMax = bodyBytesMax.applyAsLong(operation);
    return JsonBody.read(routing.request(), bytesMax, operation.body().get())
        .compose(
            body -> handler.answer(new Call(context, routing, Scope.DEFAULT, parameters, body)));
  }

  /** Says 405 where another method is answered; passes on otherwise. To be mounted last. */
  void refuseMethods(RoutingContext routing) {
    List<String> methods = methodsAt(routing.normalizedPath());
    if (methods.isEmpty()) {
      routing.next();
    } else {
      Answers.write(routing, Refusal.methodNotAllowed(routing.request().method().name(), methods));
    }
  }

  /** The methods that are answered at the decoded {@code path}, in alphabetical order. */
  private List<String> methodsAt(String path) {
    return mounted.stream()
        .filter(operation -> operation.answers(path))
        .flatMap(ApiRouter::methods)
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<String> methods(Operation operation) {
    boolean head = operation.method().equals(HttpMethod.GET) && !operation.streams();
    return head ? Stream.of("GET", "HEAD") : Stream.of(operation.method().name());
  }

  /** The ids of operations whose path begins with {@code prefix}. */
  static Set<String> under(Contract contract, String prefix) {
    return contract.operations().stream()
        .filter(operation -> operation.path().startsWith(prefix))
        .map(Operation::id)
        .collect(Collectors.toUnmodifiableSet());
  }
}
