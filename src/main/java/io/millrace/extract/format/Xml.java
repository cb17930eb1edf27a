package io.millrace.extract.format;

import io.millrace.extract.Refusals;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Walks through the XML of a packed document, element by element. Document types and entities are
 * not understood, so that none can expand or fetch anything; nesting has a limit.
 */
final class Xml implements AutoCloseable {
  private static final int DEPTH_MAX = 2_000;
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader reader;
  private final InputStream in;
  private int depth;

  private Xml(XMLStreamReader reader, InputStream in) {
    this.reader = reader;
    this.in = in;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLResolver((_, _, _, _) -> InputStream.nullInputStream());
    return factory;
  }

  /** Hears what is in a document, in order; names are without their prefix. */
  interface Visitor {
    /** An element begins. */
    void start(String name, Xml at) throws IOException;

    /** Characters within the innermost open element. */
    default void text(String characters, Xml at) throws IOException {}

    /** An element ends. */
    default void end(String name, Xml at) throws IOException {}
  }

  /** Walks a member of {@code zip}; answers whether it is there. */
  static boolean walk(ZipPackage zip, String member, Visitor visitor) throws IOException {
    Optional<InputStream> stream = zip.open(member);
    if (stream.isEmpty()) {
      return false;
    }
    try (InputStream in = stream.get();
        Xml xml = new Xml(FACTORY.createXMLStreamReader(in), in)) {
      xml.run(visitor);
      return true;
    } catch (XMLStreamException e) {
      throw Refusals.damaged("its part " + member + " is no sound XML.");
    }
  }

  private void run(Visitor visitor) throws XMLStreamException, IOException {
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > DEPTH_MAX) {
            throw Refusals.damaged("its parts are nested too deeply.");
          }
          visitor.start(reader.getLocalName(), this);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            visitor.text(reader.getText(), this);
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          visitor.end(reader.getLocalName(), this);
        }
        default -> {}
      }
    }
  }

  /** How many elements are open. */
  int depth() {
    return depth;
  }

  /** An attribute of the element that begins, by its name without prefix; empty when absent. */
  String attribute(String name) {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      if (reader.getAttributeLocalName(i).equals(name)) {
        return reader.getAttributeValue(i);
      }
    }
    return "";
  }

  /** An attribute with a prefix, where others have the same name without one. */
  String attribute(String prefix, String name) {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      if (reader.getAttributeLocalName(i).equals(name)
          && prefix.equals(reader.getAttributePrefix(i))) {
        return reader.getAttributeValue(i);
      }
    }
    return "";
  }

  /** The targets of an Office member's relationships, by id, as names of members. */
  static Map<String, String> relationships(ZipPackage zip, String member) throws IOException {
    int slash = member.lastIndexOf('/') + 1;
    String directory = member.substring(0, slash);
    var targets = new HashMap<String, String>();
    boolean _ =
        walk(
            zip,
            directory + "_rels/" + member.substring(slash) + ".rels",
            (name, at) -> {
              if (name.equals("Relationship") && !at.attribute("TargetMode").equals("External")) {
                targets.put(at.attribute("Id"), resolve(directory, at.attribute("Target")));
              }
            });
    return targets;
  }

  /** {@code path} as seen from {@code directory}, both within the archive. */
  static String resolve(String directory, String path) {
    if (path.startsWith("/")) {
      return path.substring(1);
    }
    var parts = new java.util.ArrayDeque<String>();
    for (String part : (directory + path).split("/", -1)) {
      switch (part) {
        case "..", "." -> {
          if (part.length() == 2) {
            parts.pollLast();
          }
        }
        default -> {
          if (!part.isEmpty()) {
            parts.addLast(part);
          }
        }
      }
    }
    return String.join("/", parts);
  }

  @Override
  public void close() throws IOException {
    try {
      reader.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    } finally {
      in.close();
    }
  }
}
