#include "conf/document.h"

#include <string>
#include <utility>
#include <vector>

#include "conf/schema.h"
#include "conf/syntax_diagnosis.h"
#include "conf/toml_statement.h"

namespace banto::conf {
namespace {

std::string FirstOnLine(const TomlEntry& entry) {
  return "first on line " + std::to_string(entry.key_place.line);
}

class DocumentBuilder {
 public:
  DocumentBuilder(const SourceText& source, ErrorList* errors) : source_(source), errors_(errors) {}

  TomlValue Run() {
    TomlValue root;
    section_ = &root;
    for (const Statement& statement : source_.statements()) {
      ParsedStatement parsed = ParseStatement(source_, statement);
      if (!parsed.ok) {
        Broken(statement, parsed);
      } else if (statement.is_header) {
        section_ = OpenSection(&root, parsed);
      } else if (section_ != nullptr) {
        Insert(std::move(parsed));
      }
    }
    return root;
  }

 private:
  void Broken(const Statement& statement, const ParsedStatement& parsed) {
    SyntaxDiagnosis diagnosis = DiagnoseSyntax(source_, statement, parsed.trouble);
    errors_->Add(diagnosis.place, std::move(diagnosis.message), std::move(diagnosis.hint));
    if (statement.is_header) {
      // The keys that follow belong to a section whose name is not known.
      section_ = nullptr;
      return;
    }
    // A key with a broken value is neither missing nor unknown.
    const std::string_view line = source_.Line(statement.first_line);
    size_t at = 0;
    std::vector<KeySpan> parts;
    if (section_ == nullptr || !ScanKey(line, &at, &parts) || parts.size() != 1) return;
    if (at >= line.size() || line[at] != '=') return;
    const std::string name(line.substr(parts[0].offset, parts[0].size));
    if (section_->Find(name) != nullptr) return;
    TomlEntry entry{name, diagnosis.place, {}};
    entry.key_place.column = static_cast<int>(parts[0].offset) + 1;
    entry.key_place.line = statement.first_line;
    entry.key_place.size = static_cast<int>(parts[0].size);
    entry.value.type = TomlValue::Type::kBroken;
    entry.value.place = diagnosis.place;
    section_->entries.push_back(std::move(entry));
  }

  // The table called `name` inside `table`, made when it is not there; the last one of a list of
  // tables. nullptr after an error when the name is taken by something else.
  TomlValue* Step(TomlValue* table, const std::string& name, const Place& place) {
    TomlEntry* entry = table->Find(name);
    if (entry == nullptr) {
      TomlEntry made{name, place, {}};
      made.value.is_implicit = true;
      made.value.place = place;
      table->entries.push_back(std::move(made));
      return &table->entries.back().value;
    }
    TomlValue* value = &entry->value;
    if (value->type == TomlValue::Type::kArray && value->is_section) return &value->items.back();
    if (value->type == TomlValue::Type::kTable && (value->is_section || value->is_implicit)) {
      return value;
    }
    if (value->type != TomlValue::Type::kBroken) {
      errors_->Add(place, "\"" + name + "\" was given a value before", FirstOnLine(*entry));
    }
    return nullptr;
  }

  TomlValue* OpenSection(TomlValue* root, const ParsedStatement& header) {
    TomlValue* table = root;
    for (size_t i = 0; i + 1 < header.path.size(); ++i) {
      table = Step(table, header.path[i], header.path_places[i]);
      if (table == nullptr) return nullptr;
    }
    const std::string& name = header.path.back();
    const Place& place = header.path_places.back();
    return header.is_list_header ? OpenListItem(table, name, place) : OpenTable(table, name, place);
  }

  TomlValue* OpenListItem(TomlValue* table, const std::string& name, const Place& place) {
    TomlEntry* entry = table->Find(name);
    if (entry == nullptr) {
      TomlEntry list{name, place, {}};
      list.value.type = TomlValue::Type::kArray;
      list.value.is_section = true;
      list.value.place = place;
      table->entries.push_back(std::move(list));
      entry = &table->entries.back();
    } else if (entry->value.type != TomlValue::Type::kArray || !entry->value.is_section) {
      errors_->Add(place, "[[" + name + "]] stands beside another kind of " + name,
                   FirstOnLine(*entry));
      return nullptr;
    }
    TomlValue item;
    item.is_section = true;
    item.place = place;
    entry->value.items.push_back(std::move(item));
    return &entry->value.items.back();
  }

  TomlValue* OpenTable(TomlValue* table, const std::string& name, const Place& place) {
    TomlEntry* entry = table->Find(name);
    if (entry != nullptr && entry->value.is_section) {
      const SectionRule* rule = FindSection(name);
      const bool is_list = rule != nullptr && rule->is_list;
      errors_->Add(place, "[" + name + "] stands here twice",
                   is_list ? "write [[" + name + "]] for each" : FirstOnLine(*entry));
      // Its keys are checked all the same.
      const bool usable = entry->value.type == TomlValue::Type::kTable;
      return usable ? &entry->value : nullptr;
    }
    TomlValue* section = Step(table, name, place);
    if (section == nullptr) return nullptr;
    section->is_section = true;
    section->is_implicit = false;
    section->place = place;
    return section;
  }

  void Insert(ParsedStatement parsed) {
    TomlValue* table = section_;
    for (size_t i = 0; i + 1 < parsed.path.size(); ++i) {
      table = Step(table, parsed.path[i], parsed.path_places[i]);
      if (table == nullptr) return;
    }
    const std::string& name = parsed.path.back();
    const Place& place = parsed.path_places.back();
    if (const TomlEntry* entry = table->Find(name)) {
      errors_->Add(place, "\"" + name + "\" stands here twice", FirstOnLine(*entry));
      return;
    }
    table->entries.push_back({name, place, std::move(parsed.value)});
  }

  const SourceText& source_;
  ErrorList* errors_;
  // Where keys go now; inside the tree, which only grows elsewhere until the next header. nullptr:
  // nowhere.
  TomlValue* section_ = nullptr;
};

}  // namespace

TomlValue BuildDocument(const SourceText& source, ErrorList* errors) {
  return DocumentBuilder(source, errors).Run();
}

}  // namespace banto::conf
