//! Scripts of Windows, with branches.

use etcd_uplift::facts::catalogue::Spelling;

use super::{Draw, Situation, Use, flag, variable};
use crate::generator::branches::Language;

pub(super) fn batch(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let (flag_a, flag_b) = draw.rival_flags()?;
    let lines = match draw.dice.below(3) {
        0 => [
            vec![format!("  set {}", variable(&one))],
            vec![format!("  set {}", variable(&other))],
        ],
        1 => [
            vec![format!("  etcd.exe {flag_a}")],
            vec![format!("  etcd.exe {flag_b}")],
        ],
        _ => [vec![format!("  set {}", variable(&one))], Vec::new()],
    };
    let [then, otherwise] = lines;
    let branch = Language::Batch
        .branch("", [&then, &otherwise], &mut draw.dice)
        .join("\r\n");
    let given = draw.given(Spelling::Variable)?;
    let before = if draw.once_in(2) {
        format!("set {}\r\n", variable(&given))
    } else {
        String::new()
    };
    let text = format!(
        "@echo off\r\n{before}{branch}\r\netcd.exe --name=a {}\r\n",
        flag(&draw.given(Spelling::Flag)?)
    );
    Situation::of(Use::WindowsScript, Language::Batch, "start.bat", text)
}

pub(super) fn powershell(draw: &mut Draw<'_>) -> Option<Situation> {
    let (one, other) = draw.rivals(Spelling::Variable)?;
    let (flag_a, flag_b) = draw.rival_flags()?;
    let set = |given: &_| {
        let given: &crate::generator::member::Given = given;
        format!("  $env:{} = '{}'", given.name, super::text(&given.value))
    };
    let [then, otherwise] = match draw.dice.below(3) {
        0 => [vec![set(&one)], vec![set(&other)]],
        1 => [
            vec![format!("  .\\etcd.exe {flag_a}")],
            vec![format!("  .\\etcd.exe {flag_b}")],
        ],
        _ => [vec![set(&one)], Vec::new()],
    };
    let branch = Language::PowerShell
        .branch("", [&then, &otherwise], &mut draw.dice)
        .join("\n");
    let given = draw.given(Spelling::Variable)?;
    let before = if draw.once_in(2) {
        set(&given).trim().to_owned() + "\n"
    } else {
        String::new()
    };
    let text = format!("{before}{branch}\n.\\etcd.exe --name=a {}\n", draw.flag()?);
    Situation::of(Use::WindowsScript, Language::PowerShell, "start.ps1", text)
}
