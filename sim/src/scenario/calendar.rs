//! Dates.

/// A day of the proleptic Gregorian calendar.
pub type Date = jiff::civil::Date;

/// Reads `2025-12-01` or `2025-12`, which is the first of the month; the error says what was taken for what.
///
/// Everything else is refused by name: day and month are not guessed, and a spreadsheet's leavings are called that.
pub fn parse_date(written: &str) -> Result<Date, String> {
    let parts: Vec<&str> = written.split('-').collect();
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [""] => Err("a date is missing: write it as 2025-12-01".into()),
        [year, month] if year.len() == 4 && all_digits(year) && month.len() == 2 && all_digits(month) => {
            day_of(year, month, "01", written)
        }
        [year, month, day] if [year, month, day].iter().all(|part| all_digits(part)) => {
            if year.len() == 4 && month.len() == 2 && day.len() == 2 {
                day_of(year, month, day, written)
            } else if year.len() == 4 && month.len() <= 2 && day.len() <= 2 {
                let full = format!("{year}-{month:0>2}-{day:0>2}");
                Err(format!("\"{written}\" is not written as YYYY-MM-DD; did you mean {full}?"))
            } else {
                Err(format!("\"{written}\" is no date: write it as YYYY-MM-DD, such as 2025-12-01"))
            }
        }
        _ => Err(refusal(written, all_digits(written))),
    }
}

/// The day, if it exists; the parts are digits.
fn day_of(year: &str, month: &str, day: &str, written: &str) -> Result<Date, String> {
    let number = |text: &str| text.parse::<i16>().unwrap_or(0);
    let (month, day) = (number(month) as i8, number(day) as i8);
    Date::new(number(year), month, day).map_err(|_| format!("\"{written}\": there is no such day"))
}

/// Why `written` is no date, for the forms that people and spreadsheets leave behind.
fn refusal(written: &str, digits: bool) -> String {
    let wanted = "write it as YYYY-MM-DD, such as 2025-12-01";
    if digits && written.len() == 4 {
        return format!("\"{written}\" is a year alone: {wanted}");
    }
    if digits && written.len() == 5 {
        // Day 0 of the spreadsheets' count, which holds from March 1900 on.
        let days: i64 = written.parse().unwrap_or(0);
        let day = Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days));
        let meant = day.map(|day| format!(" ({day})")).unwrap_or_default();
        return format!("\"{written}\" looks like a spreadsheet's day number{meant}: {wanted}");
    }
    if written.contains('/') || written.contains('.') {
        return format!("\"{written}\": day and month can't be told apart; {wanted}");
    }
    if written.contains([':', 'T'])
        && written.len() > 10
        && parse_date(written.get(..10).unwrap_or("")).is_ok()
    {
        return format!("\"{written}\" has a time of day: write the date alone, {}", &written[..10]);
    }
    if let Some((year, quarter)) = written.split_once(['Q', 'q'])
        && let (4, Ok(quarter @ 1..=4)) = (year.trim_end_matches('-').len(), quarter.parse::<u8>())
    {
        let year = year.trim_end_matches('-');
        return format!("\"{written}\" is a quarter: write its first day, {year}-{:02}-01", 3 * quarter - 2);
    }
    if written.bytes().any(|byte| byte.is_ascii_alphabetic()) && written.contains('-') {
        return format!("\"{written}\" looks like what a spreadsheet makes of a month: {wanted}");
    }
    format!("\"{written}\" is no date: {wanted}")
}

#[cfg(test)]
mod tests {
    use super::parse_date;

    #[test]
    fn a_date_or_a_month_is_read_and_nothing_else() {
        assert_eq!(parse_date("2025-12").unwrap().to_string(), "2025-12-01");
        assert_eq!(parse_date("2025-12-01").unwrap().to_string(), "2025-12-01");
        for (written, why) in [
            ("2025-1-5", "did you mean 2025-01-05"),
            ("2025-02-30", "no such day"),
            ("2025-13", "no such day"),
            ("01/02/2025", "can't be told apart"),
            ("01.02.2025", "can't be told apart"),
            ("Dec-25", "spreadsheet"),
            ("45992", "spreadsheet's day number (2025-12-01)"),
            ("2025-12-01T00:00:00+09:00", "time of day"),
            ("2025Q4", "2025-10-01"),
            ("2025", "a year alone"),
            ("", "missing"),
            ("-", "no date"),
            ("ééééééTé:é", "no date"),
        ] {
            let message = parse_date(written).unwrap_err();
            assert!(message.contains(why), "{written:?}: {message}");
        }
    }
}
