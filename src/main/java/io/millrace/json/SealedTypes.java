package io.millrace.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells Jackson that a sealed interface is one of its permitted records, named by {@code kind}. */
final class SealedTypes extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;

  private static final JsonTypeInfo.Value BY_NAME =
      JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, "kind", null, false, null);

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    return annotated instanceof AnnotatedClass && sealedRoot(annotated.getRawType()) != null
        ? BY_NAME
        : super.findPolymorphicTypeInfo(config, annotated);
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
    Class<?> type = annotated.getRawType();
    if (!isOurs(type) || !type.isSealed()) {
      return super.findSubtypes(annotated);
    }
    return Arrays.stream(type.getPermittedSubclasses())
        .map(permitted -> new NamedType(permitted, permitted.getSimpleName()))
        .toList();
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass annotated) {
    Class<?> type = annotated.getRawType();
    return sealedRoot(type) == null ? super.findTypeName(annotated) : type.getSimpleName();
  }

  private static @Nullable Class<?> sealedRoot(Class<?> type) {
    if (isOurs(type) && type.isInterface() && type.isSealed()) {
      return type;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (isOurs(parent) && parent.isSealed()) {
        return parent;
      }
    }
    return null;
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("io.millrace.");
  }
}
