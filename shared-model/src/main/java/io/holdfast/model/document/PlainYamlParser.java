package io.holdfast.model.document;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;

/**
 * Refuses anchors, aliases and tags. Jackson would hand an alias over as a text, silently other than what was meant; other
 * readers unfold it, which is how a page of YAML becomes gigabytes; and a tag names a type of the reader's language.
 */
final class PlainYamlParser extends JsonParserDelegate {
    private final YAMLParser yaml;

    PlainYamlParser(JsonParser parser) {
        super(parser);
        this.yaml = (YAMLParser) parser;
    }

    @Override
    public JsonToken nextToken() throws IOException {
        JsonToken token = yaml.nextToken();
        if (token == null) {
            return null;
        }
        if (yaml.isCurrentAlias()) {
            throw refuse("aliases are not read: write the value out");
        }
        if (yaml.getObjectId() != null) {
            throw refuse("anchors are not read: write the value out where it is needed");
        }
        if (yaml.getTypeId() != null) {
            throw refuse("tags are not read: leave it out");
        }
        return token;
    }

    // the delegate's own would go around nextToken above

    @Override
    public String nextFieldName() throws IOException {
        return nextToken() == JsonToken.FIELD_NAME ? currentName() : null;
    }

    @Override
    public String nextTextValue() throws IOException {
        return nextToken() == JsonToken.VALUE_STRING ? getText() : null;
    }

    private JsonParseException refuse(String message) {
        return new JsonParseException(this, message);
    }
}
