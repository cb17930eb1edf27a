package io.millrace.handler;

import io.millrace.handler.HandlerRegistration.Offer;
import io.millrace.model.ModelSpec;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers of one worker: made from handlers.yaml, announced in the registry, made anew when
 * the file changes. Not safe for many threads; files are read on the caller's thread.
 */
public final class WorkerHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerHandlers.class);

  private final HandlersFile file;
  private final Map<String, HandlerType> types;
  private final HandlerRegistration registration;
  private final Function<List<ModelSpec>, Future<Void>> declare;
  private String seen = "";
  private List<ModelSpec> models = List.of();

  /**
   * Makes handlers of {@code types} as {@code file} declares them.
   *
   * @param declare is told the models whenever they change; what it refuses is not used
   */
  public WorkerHandlers(
      HandlersFile file,
      List<HandlerType> types,
      HandlerRegistration registration,
      Function<List<ModelSpec>, Future<Void>> declare) {
    this.declare = declare;
    this.file = file;
    this.types = types.stream().collect(Collectors.toMap(HandlerType::name, Function.identity()));
    this.registration = registration;
  }

  /**
   * Reads the file and announces its handlers; fails with a {@link DeclarationException} that says
   * why they cannot be run.
   */
  public Future<List<ActiveHandler>> open() {
    try {
      seen = file.text();
      Declarations declared = HandlersFile.parse(seen);
      models = declared.models();
      return announce(declared);
    } catch (DeclarationException e) {
      return Future.failedFuture(e);
    }
  }

  /**
   * Looks whether the file changed; the new handlers when it did and they could be announced. What
   * cannot be used is reported once and ignored.
   */
  public Future<Optional<List<ActiveHandler>>> reload() {
    try {
      String text = file.text();
      if (text.equals(seen)) {
        return Future.succeededFuture(Optional.empty());
      }
      seen = text;
      Declarations declared = HandlersFile.parse(text);
      return changed(declared)
          .map(active -> {
            LOG.info("handlers.yaml changed; now offers {}", names(active));
            return Optional.of(active);
          })
          .recover(this::ignored);
    } catch (DeclarationException e) {
      return ignored(e);
    }
  }

  /** Lets new models be there before a handler asks them, and old ones until none does. */
  private Future<List<ActiveHandler>> changed(Declarations declared) {
    List<ModelSpec> before = models;
    List<ModelSpec> after = declared.models();
    if (after.equals(before)) {
      return announce(declared);
    }
    List<ModelSpec> both = new ArrayList<>(after);
    List<String> names = after.stream().map(ModelSpec::name).toList();
    before.stream().filter(model -> !names.contains(model.name())).forEach(both::add);
    return declare
        .apply(both)
        .recover(failure -> Future.failedFuture(unusable(failure)))
        .compose(_ -> announce(declared))
        .compose(active -> {
          models = after;
          return declare.apply(after).map(active);
        })
        .recover(failure -> declare.apply(before).transform(_ -> Future.failedFuture(failure)));
  }

  private static Throwable unusable(Throwable failure) {
    return failure instanceof IllegalArgumentException
        ? new DeclarationException(String.valueOf(failure.getMessage()))
        : failure;
  }

  private Future<Optional<List<ActiveHandler>>> ignored(Throwable cause) {
    if (!(cause instanceof DeclarationException)) {
      seen = "";
    }
    LOG.warn("handlers.yaml changed and cannot be used, so it is ignored: {}", cause.getMessage());
    return Future.succeededFuture(Optional.empty());
  }

  private Future<List<ActiveHandler>> announce(Declarations declared) {
    List<ActiveHandler> active = new ArrayList<>();
    List<Offer> offers = new ArrayList<>();
    for (HandlerDeclaration declaration : declared.handlers()) {
      HandlerType type = types.get(declaration.type());
      String where = "handlers." + declaration.name() + ".";
      if (type == null) {
        throw new DeclarationException(
            where + "type: must be one of %s".formatted(types.keySet().stream().sorted().toList()));
      }
      try {
        active.add(new ActiveHandler(declaration, type.make(declaration)));
      } catch (DeclarationException e) {
        throw new DeclarationException(where + e.getMessage());
      }
      offers.add(new Offer(declaration, type.inputSchema()));
    }
    return registration.register(offers).map(active);
  }

  private static List<String> names(List<ActiveHandler> active) {
    return active.stream().map(ActiveHandler::name).toList();
  }

  /** Whether tasks of this handler may be claimed: not paused, and nobody runs a higher version. */
  public boolean mayClaim(HandlerDeclaration declaration) {
    return !registration.isSuperseded(declaration) && !registration.isPaused(declaration.name());
  }

  /** Takes the announcement back. */
  public Future<Void> close() {
    return registration.unregister();
  }
}
