package io.millrace.handler;

import io.millrace.model.ModelSpec;
import java.util.List;
import java.util.Optional;

/** What a handlers.yaml declares, checked. */
public record Declarations(List<ModelSpec> models, List<HandlerDeclaration> handlers) {
  /** Copies the lists and refuses a handler that names an unknown model. */
  public Declarations {
    models = List.copyOf(models);
    handlers = List.copyOf(handlers);
    List<String> known = models.stream().map(ModelSpec::name).toList();
    for (HandlerDeclaration handler : handlers) {
      if (handler.model().isPresent() && !known.contains(handler.model().get())) {
        throw new DeclarationException(
            "handlers.%s.model: must be one of %s, not %s"
                .formatted(handler.name(), known, handler.model().get()));
      }
    }
  }

  /** The handler of this name. */
  public Optional<HandlerDeclaration> handler(String name) {
    return handlers.stream().filter(handler -> handler.name().equals(name)).findFirst();
  }
}
