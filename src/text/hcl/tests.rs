use super::*;

fn text(expression: &Expression) -> &str {
    match &expression.kind {
        Kind::Text(decoded) | Kind::Document(decoded) => &decoded.text,
        _ => "?",
    }
}

#[test]
fn blocks_attributes_lists_and_objects_are_read() {
    let source = "# a\njob \"b\" {\n  c = \"d\\n\\\"$${e}\" // f\n  g = [\"h\", i.j, \"k\",]\n  l = { m = 1, \"n\" : \"o\"\n p = q(\"r\", 2) }\n s { t = u ? 1 : 2 }\n}\n";
    let file = parse(source).unwrap();
    let body = &file.body.blocks[0].body;
    assert_eq!(text(body.value("c").unwrap()), "d\n\"${e}");
    let Kind::List(items) = &body.value("g").unwrap().kind else {
        panic!("no list");
    };
    assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["h", "?", "k"]);
    let Kind::Object(object) = &body.value("l").unwrap().kind else {
        panic!("no object");
    };
    assert_eq!(text(object.value("n").unwrap()), "o");
    assert!(matches!(object.value("p").unwrap().kind, Kind::Call(..)));
    assert_eq!(body.blocks[0].kind, "s");
}

#[test]
fn documents_and_templates_are_found() {
    let source = "a = <<-EOF\n    b ${c(\"}\")} $${d}\n\n      e\n    EOF\nf = <<G\n h\nG\n";
    let file = parse(source).unwrap();
    assert_eq!(
        text(file.body.value("a").unwrap()),
        "b ${c(\"}\")} ${d}\n\n  e\n"
    );
    assert_eq!(text(file.body.value("f").unwrap()), " h\n");
    let templates: Vec<&str> = file.templates.iter().map(|one| one.of(source)).collect();
    assert_eq!(templates, ["${c(\"}\")}"]);
}

#[test]
fn other_texts_are_errors_and_hostile_texts_end() {
    for text in [
        "a",
        "a: b",
        "a = \"",
        "a = <<E\n",
        "a {",
        "{}",
        "a = [",
        "a = \"${\"",
        "f() {\n}\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    for part in [
        "a{", "a=[", "a={b=", "a=(", "a=\"${", "a=<<E\n", "a=b(", "\"${\"",
    ] {
        let _ = parse(&part.repeat(20_000));
        let _ = parse(&format!("a = {}", part.repeat(20_000)));
    }
}
