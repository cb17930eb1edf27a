package io.millrace.source;

import io.millrace.outbound.Fetched;
import io.millrace.outbound.Outbound;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Pages that people name, asked through the guarded client. */
final class WebConnector implements Connector {
  private final List<String> urls;
  private final Outbound outbound;

  WebConnector(List<String> urls, Outbound outbound) {
    this.urls = urls;
    this.outbound = outbound;
  }

  @Override
  public boolean list(Visitor visitor) {
    for (String url : urls) {
      if (!visitor.visit(new Item(url, Optional.empty()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Content read(Item item, Optional<String> known, Path to) {
    try {
      return outbound
          .fetchChanged(item.key(), known, to)
          .await()
          .<Content>map(WebConnector::bytes)
          .orElseGet(Content.Unchanged::new);
    } catch (ProblemException refused) {
      if (refused.problem() instanceof Problem.NotFound) {
        return new Content.Gone();
      }
      throw refused;
    }
  }

  private static Content bytes(Fetched fetched) {
    return new Content.Bytes(
        fetched.source(), fetched.name(), fetched.mediaType(), fetched.validator().orElse(""));
  }
}
